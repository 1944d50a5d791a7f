/* SPDX-License-Identifier: MIT */
/* Machines: creation, injection at schedule points, and the lists of what there is. */
#include "api.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "hw.h"
#include "sched.h"

_Static_assert((int)LAZYMMU_PREEMPT_RT == PREEMPT_RT, "same order");
_Static_assert((int)LAZYMMU_MODE_IMMEDIATE == MODE_IMMEDIATE, "same order");
_Static_assert((int)LAZYMMU_OPTION_DEBUG_VM == CONFIG_DEBUG_VM, "same bits");
_Static_assert((int)LAZYMMU_OPTION_DEBUG_PAGEALLOC == CONFIG_DEBUG_PAGEALLOC, "same bits");
_Static_assert((int)LAZYMMU_OPTION_KFENCE == CONFIG_KFENCE, "same bits");
_Static_assert((int)LAZYMMU_OPTION_KASAN_VMALLOC == CONFIG_KASAN_VMALLOC, "same bits");
_Static_assert((int)LAZYMMU_OPTION_KPKEYS == CONFIG_KPKEYS, "same bits");
_Static_assert((int)LAZYMMU_OPTION_S390_WITH_PTES == CONFIG_S390_WITH_PTES, "same bits");

enum { ALL_OPTIONS = LAZYMMU_OPTION_S390_WITH_PTES * 2 - 1 };

int invalid(struct lazymmu_diag *diag, const char *what, const char *value)
{
	if (diag)
		snprintf(diag->text, sizeof(diag->text), "%s '%s'", what, value ? value : "(null)");
	return -EINVAL;
}

int invalid_number(struct lazymmu_diag *diag, const char *what, long long value)
{
	if (diag)
		snprintf(diag->text, sizeof(diag->text), "%s %lld is out of range", what, value);
	return -EINVAL;
}

/* The shift of a page size that the backend has; 0: it has no such size. */
static unsigned int page_shift(const struct arch *arch, unsigned int size)
{
	for (size_t i = 0; i < arch->nr_geometries; i++) {
		unsigned int shift = arch->geometries[i].page_shift;
		if (size == 0 || size == 1u << shift)
			return shift;
	}
	return 0;
}

static int check_numbers(const struct lazymmu_config *config, struct lazymmu_diag *diag)
{
	if (config->nr_cpus < 0 || config->nr_cpus > MAX_CPUS)
		return invalid_number(diag, "number of CPUs", config->nr_cpus);
	if ((unsigned int)config->preempt > LAZYMMU_PREEMPT_RT)
		return invalid_number(diag, "preemption model", (long long)config->preempt);
	if ((unsigned int)config->mode > LAZYMMU_MODE_IMMEDIATE)
		return invalid_number(diag, "mode", (long long)config->mode);
	if (config->options & ~(unsigned int)ALL_OPTIONS)
		return invalid_number(diag, "option set", config->options);
	return 0;
}

int check_config(const struct lazymmu_config *config, const struct arch **ret_arch,
		 struct machine_config *ret, struct lazymmu_diag *diag)
{
	const struct arch *arch = config->backend ? arch_find(config->backend) : NULL;
	const struct kernel *kernel = config->kernel ? kernel_find(config->kernel) : NULL;

	if (!arch)
		return invalid(diag, "unknown backend", config->backend);
	if (!kernel)
		return invalid(diag, "unknown kernel", config->kernel);
	unsigned int shift = page_shift(arch, config->page_size);
	if (!shift)
		return invalid_number(diag, "page size", config->page_size);
	int err = check_numbers(config, diag);
	if (err)
		return err;
	*ret_arch = arch;
	*ret = (struct machine_config){
		.kernel = kernel,
		.mode = (enum mode)config->mode,
		.preempt = (enum preempt_model)config->preempt,
		.config = config->options,
		.nr_cpus = config->nr_cpus ? config->nr_cpus : 1,
		.radix = config->radix,
		.page_shift = shift,
	};
	return 0;
}

int lazymmu_machine_create(const struct lazymmu_config *config, struct lazymmu_machine **ret,
			   struct lazymmu_diag *diag)
{
	const struct arch *arch;
	struct machine_config machine_config;
	int err = check_config(config, &arch, &machine_config, diag);
	if (err)
		return err;

	struct lazymmu_machine *machine = calloc(1, sizeof(*machine));
	err = machine ? run_create(arch, &machine_config, POPULATION_FAULTS, &machine->run)
		      : -ENOMEM;
	if (err) {
		if (diag)
			snprintf(diag->text, sizeof(diag->text), "no memory for a machine");
		free(machine);
		return err;
	}
	machine->run.machine->backtrace = backtrace_opener;
	run_on(&machine->run.machine->cpus[0]);
	*ret = machine;
	return 0;
}

void lazymmu_machine_destroy(struct lazymmu_machine *machine)
{
	if (!machine)
		return;
	struct cpu *before = running_cpu;
	bool is_running = before && before->machine == machine->run.machine;

	run_destroy(&machine->run);
	running_cpu = is_running ? NULL : before;
	free(machine);
}

int lazymmu_machine_status(const struct lazymmu_machine *machine)
{
	return machine->run.machine->out_of_memory ? -ENOMEM : 0;
}

uint64_t lazymmu_page_size(void)
{
	return page_size(init_mm());
}

uint64_t lazymmu_table_size(void)
{
	return pmd_size(init_mm());
}

/* Called at every schedule point while an injection waits. */
static void visit_schedule_point(struct machine *machine, enum step step)
{
	struct lazymmu_machine *owner = owner_of(machine);
	struct task *interrupted = current_task();

	(void)step;
	if (--owner->inject_after)
		return;
	machine->explorer = NULL;
	owner->inject(owner->inject_data);
	/* It goes on where it was left: on its CPU, or on the one that it was moved to. */
	if (running_cpu != interrupted->cpu || current_task() != interrupted)
		lazymmu_task_switch(task_handle(interrupted), interrupted->cpu->id);
}

void lazymmu_machine_inject(struct lazymmu_machine *machine, uint64_t after, void (*fn)(void *data),
			    void *data)
{
	machine->inject_after = after;
	machine->inject = fn;
	machine->inject_data = data;
	machine->run.machine->explorer = after ? visit_schedule_point : NULL;
}

bool lazymmu_machine_inject_pending(const struct lazymmu_machine *machine)
{
	return machine->inject_after > 0;
}

void lazymmu_machine_set_line(struct lazymmu_machine *machine, uint64_t line)
{
	machine->run.machine->line = line;
}

const char *lazymmu_backend_name(size_t index)
{
	size_t i = 0;

	while (i < index && arch_table[i])
		i++;
	return arch_table[i] ? arch_table[i]->name : NULL;
}

const char *lazymmu_kernel_name(size_t index)
{
	return index < NR_KERNELS ? kernels[index].name : NULL;
}

const char *lazymmu_version(void)
{
	return LAZYMMU_VERSION;
}
