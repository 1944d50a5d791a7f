/* SPDX-License-Identifier: MIT */
/* The list of backends, and how a machine gets one. */
#include "arch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

extern const struct arch arch_arm64;
extern const struct arch arch_generic;
extern const struct arch arch_powerpc;
extern const struct arch arch_s390;
extern const struct arch arch_sparc;
extern const struct arch arch_xen;

const struct arch *const arch_table[] = {
	&arch_arm64, &arch_powerpc, &arch_sparc, &arch_xen, &arch_s390, &arch_generic, NULL,
};

const struct arch *arch_find(const char *name)
{
	for (const struct arch *const *arch = arch_table; *arch; arch++) {
		if (strcmp((*arch)->name, name) == 0)
			return *arch;
	}
	return NULL;
}

/* NULL: the backend has no such page size. */
static const struct geometry *find_geometry(const struct arch *arch, const struct arch_ops *ops,
					    unsigned int page_shift)
{
	const struct geometry *geometries = ops->geometries ? ops->geometries : arch->geometries;

	for (size_t i = 0; i < arch->nr_geometries; i++) {
		if (geometries[i].page_shift == page_shift)
			return &geometries[i];
	}
	return NULL;
}

int arch_attach(struct machine *machine, const struct arch *arch)
{
	machine->arch = arch;
	machine->ops = arch->select(&machine->config);
	const struct geometry *geometry =
		find_geometry(arch, machine->ops, machine->config.page_shift);
	if (!geometry)
		return -EINVAL;
	machine->switch_hooks = machine->ops->switch_hooks;
	for (int i = 0; i < machine->config.nr_cpus; i++) {
		struct cpu *cpu = &machine->cpus[i];
		if (machine->ops->percpu_size) {
			cpu->arch = machine_alloc(machine, machine->ops->percpu_size);
			if (!cpu->arch)
				return -ENOMEM;
		}
		if (machine->ops->init_cpu)
			machine->ops->init_cpu(cpu);
	}
	return hw_create(machine, geometry, arch->sets_young_dirty);
}

void arch_detach(struct machine *machine)
{
	hw_destroy(machine);
}
