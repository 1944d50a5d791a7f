/* SPDX-License-Identifier: MIT */
/* What the suites of known answers share. */
#include "answers.h"

struct machine *answers_machine_in(const char *subject, enum kernel_id kernel, enum mode mode)
{
	const struct setup setup = {
		.subject = subject, .kernel = kernel, .mode = mode, .nr_cpus = 2
	};
	struct machine *machine = fixture_create(&setup);

	fixture_user_mm();
	return machine;
}

struct machine *answers_machine(const char *subject, enum kernel_id kernel)
{
	return answers_machine_in(subject, kernel, MODE_LAZY);
}

uint64_t answers_bytes(unsigned int nr)
{
	return nr * page_size(current_task()->mm);
}

void answers_touch(unsigned int nr)
{
	const struct arch_ops *ops = this_machine()->ops;
	struct mm *mm = current_task()->mm;

	assert_int_equal(mm_mmap(ANSWERS_BASE, answers_bytes(nr), VMA_READ | VMA_WRITE), 0);
	for (unsigned int i = 0; i < nr; i++) {
		vaddr_t addr = ANSWERS_BASE + answers_bytes(i);
		assert_true(handle_mm_fault(mm_of(mm), addr, ACCESS_WRITE));
		if (ops->hash_page)
			ops->hash_page(mm, addr, fixture_pte(mm, addr));
	}
	answers_reset();
}

void answers_reset(void)
{
	counters_fini(current_task()->counters);
}

void assert_batches(uint64_t size, uint64_t count)
{
	const struct histogram *histogram = &current_task()->counters->batch_sizes;
	uint64_t seen = 0;

	for (size_t i = 0; i < histogram->nr; i++) {
		if (histogram->bins[i].size == size)
			seen = histogram->bins[i].count;
	}
	assert_int_equal(seen, count);
}

void assert_nr_batches(uint64_t count)
{
	const struct histogram *histogram = &current_task()->counters->batch_sizes;
	uint64_t seen = 0;

	for (size_t i = 0; i < histogram->nr; i++)
		seen += histogram->bins[i].count;
	assert_int_equal(seen, count);
}
