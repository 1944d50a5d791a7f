/* SPDX-License-Identifier: MIT */
/*
 * Mirrors Linux arch/x86/xen/enlighten_pv.c and mmu_pv.c, arch/x86/mm/tlb.c and
 * arch/x86/kernel/process_64.c, v6.1 to v7.3. What the recordings of all four kernels show: a CR3
 * load is one entry of two operations that leaves with the end hook, a stack switch comes after it
 * and leaves at once. ASSUME: no task has TLS descriptors, which xen_load_tls() would queue when
 * they differ.
 */
#include "context.h"

#include "sched.h"
#include "xen.h"

static const struct mc_request other_request = { .kind = MC_OTHER };

/*
 * mmu_pv.c, xen_write_cr3(): the kernel's and the user's root, and a callback; issued in CPU mode,
 * so that it is queued within a switch and goes at once elsewhere.
 */
static void write_cr3(void)
{
	struct mc_buffer *mc = &this_xen()->mc;

	xen_mc_batch(mc);
	for (int root = 0; root < 2; root++)
		xen_mc_extend_or_entry(mc, MC_MMUEXT_OP, MMUEXT_OP_SIZE, &other_request);
	xen_mc_callback(mc);
	xen_mc_issue(mc, this_xen()->mode != XEN_LAZY_CPU);
}

/*
 * arch/x86/mm/tlb.c, switch_mm_irqs_off(). ASSUME: a task that comes back to a CPU which has kept
 * its mm finds the TLB up to date: no other CPU has flushed it meanwhile.
 */
void xen_load_mm(struct mm *mm)
{
	struct xen_cpu *xen = this_xen();

	if (xen->loaded_mm == mm)
		return;
	xen->loaded_mm = mm;
	write_cr3();
}

/* ASSUME: a task whose address space was never seen is a kernel thread. */
void xen_switch_mm(const struct task *next)
{
	if (next->mm)
		xen_load_mm(next->mm);
}

/* enlighten_pv.c, xen_load_sp0(), from __switch_to() after the end hook: CPU mode is over. */
void xen_switch_stack(void)
{
	struct mc_buffer *mc = &this_xen()->mc;

	xen_mc_batch(mc);
	xen_mc_entry(mc, MC_STACK_SWITCH, 0, &other_request);
	xen_mc_issue(mc, true);
}

/* mmu_pv.c, xen_drop_mm_ref(): whoever still has the mm loaded loads init_mm, others by IPI. */
void xen_drop_mm(const struct mm *mm)
{
	struct cpu *cpu = this_cpu();
	const struct machine *machine = cpu->machine;

	for (int i = 0; i < machine->config.nr_cpus; i++) {
		const struct xen_cpu *xen = machine->cpus[i].arch;
		if (xen->loaded_mm != mm)
			continue;
		run_on(&cpu->machine->cpus[i]);
		xen_load_mm(init_mm());
	}
	run_on(cpu);
}
