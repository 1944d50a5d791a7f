/* SPDX-License-Identifier: MIT */
/*
 * Up to v6.19 mm/ calls arch_enter_lazy_mmu_mode() and arch_leave_lazy_mmu_mode() itself, at every
 * level. There is no pause: mm/kasan/shadow.c leaves and enters again by hand.
 */
#include "section.h"

static void resume(void)
{
	arch_enter(NULL);
}

const struct section_calls stateless_calls = {
	.enable = arch_enter,
	.disable = arch_leave,
	.pause = arch_leave,
	.resume = resume,
};
