/* SPDX-License-Identifier: MIT */
/* KASAN shadow memory of vmalloc: page-table work inside the sections of others. */
#ifndef LAZYMMU_MM_KASAN_H
#define LAZYMMU_MM_KASAN_H

#include "mm_struct.h"

/* Nothing without CONFIG_KASAN_VMALLOC. 0 or -1: no memory. */
int kasan_populate_vmalloc(vaddr_t start, vaddr_t end);
void kasan_release_vmalloc(vaddr_t start, vaddr_t end);

#endif
