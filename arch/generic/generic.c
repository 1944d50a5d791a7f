/* SPDX-License-Identifier: MIT */
/*
 * The backend without a lazy mode: native x86, riscv, loongarch and the rest. Every hook is empty,
 * every write is complete when it returns. It is the oracle of the differential suite.
 */
#include "arch.h"

static const struct geometry geometries[] = {
	{ .page_shift = 12, .bits = { 9, 9, 9, 9 } },
};

/*
 * Linux include/linux/pgtable.h, v6.18: the fallbacks of arch_enter/leave/flush_lazy_mmu_mode()
 * are empty. From v7.0 on this stands for native x86 with PARAVIRT_XXL: the hooks are patched to
 * nothing, the generic counters still count. (Without CONFIG_ARCH_HAS_LAZY_MMU_MODE there would be
 * no counters either.)
 */
static const struct arch_ops ops_generic = { .moves_pmds = true };

static const struct arch_ops *select_generic(const struct machine_config *config)
{
	(void)config; /* the same in every kernel */
	return &ops_generic;
}

static const struct arch_variant variants[] = {
	{
		.label = "generic",
		.defers = "nothing",
		.flushed_by = "-",
		.preemption = "as the caller",
		.models = "include/linux/pgtable.h fallbacks",
	},
};

const struct arch arch_generic = {
	.name = "generic",
	.geometries = geometries,
	.nr_geometries = sizeof(geometries) / sizeof(geometries[0]),
	.select = select_generic,
	.variants = variants,
	.nr_variants = sizeof(variants) / sizeof(variants[0]),
	.reclaims_tables_since = KERNEL_V6_16_RC,
	.leaves_cpumask_until = KERNEL_V6_12,
	.sets_young_dirty = true,
	.merges_vmas = true,
	.linear_map = LINEAR_MAP_FLUSH,
};
