/* SPDX-License-Identifier: MIT */
/* Address spaces and pages. */
#include "mm_struct.h"

#include <errno.h>
#include <stdlib.h>

int mm_layer_attach(struct machine *machine)
{
	machine->mm_layer = machine_alloc(machine, sizeof(*machine->mm_layer));
	if (!machine->mm_layer)
		return -ENOMEM;
	machine->mm_layer->next_id = 1;
	machine->mm_layer->pages.nr = FIRST_ANON_PFN;
	machine->mm_layer->vmas.machine = machine;
	return 0;
}

void mm_free(struct mm_struct *mm)
{
	struct mm_layer *layer = mm->mm.machine->mm_layer;

	pgtable_fini(&mm->mm.pgtable);
	translations_clear(&mm->mm.translations);
	vma_set_fini(&mm->vmas);
	mm->next = layer->unused;
	layer->unused = mm;
}

void mm_layer_detach(struct machine *machine)
{
	struct mm_layer *layer = machine->mm_layer;

	if (!layer)
		return;
	/* Address spaces that tasks still hold. */
	struct task *task;
	for (size_t cursor = 0; (task = idmap_next(&machine->tasks, &cursor));) {
		struct mm_struct *mm = task->mm ? mm_of(task->mm) : NULL;
		task->mm = NULL;
		if (mm && --mm->users == 0)
			mm_free(mm);
	}
	while (layer->unused) {
		struct mm_struct *mm = layer->unused;
		layer->unused = mm->next;
		translations_fini(&mm->mm.translations);
		machine_free(machine, mm);
	}
	vma_pool_fini(&layer->vmas);
	machine_free(machine, layer->pages.mapcount);
	machine_free(machine, layer->pages.goes_on);
	machine_free(machine, layer->pages.unused);
	machine_free(machine, layer);
	machine->mm_layer = NULL;
}

struct mm_struct *mm_create(struct machine *machine)
{
	const struct geometry *geometry = machine->hw->init_mm.pgtable.geometry;
	struct mm_layer *layer = machine->mm_layer;
	struct mm_struct *mm = layer->unused;

	if (mm)
		layer->unused = mm->next;
	else
		mm = machine_alloc(machine, sizeof(*mm));
	if (!mm)
		return NULL;
	*mm = (struct mm_struct){ .mm = { .machine = machine,
					  .id = layer->next_id++,
					  .translations = mm->mm.translations },
				  .vmas = { .pool = &layer->vmas },
				  .users = 1 };
	mm->mm.translations.memory = machine->config.memory;
	mm->mm.translations.page_shift = geometry->page_shift;
	if (pgtable_init(&mm->mm.pgtable, geometry, &machine->hw->tables)) {
		machine->out_of_memory = true;
		mm->next = layer->unused;
		layer->unused = mm;
		return NULL;
	}
	return mm;
}
