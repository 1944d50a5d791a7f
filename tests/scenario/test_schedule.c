/* SPDX-License-Identifier: MIT */
/* Schedules are followed to the letter, or it is said where they cannot be; timelines tell them. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "cell.h"
#include "explore_report.h"
#include "scenario_parse.h"
#include "schedule.h"

#define TWO_TASKS                                                               \
	"#lmt 1\nscenario two-tasks\ntask T1 { enable ; write w0 ; disable }\n" \
	"task T2 { nop }\nirq tick { set k4 }\n"

/* One execution with everything that is known about it. */
struct trial {
	struct scenario *scenario;
	struct execution *execution;
	struct schedule schedule;
	struct history history;
	struct timeline timeline;
};

static struct scenario *parse(const char *text)
{
	struct scenario *scenario;
	struct diag diag;

	assert_int_equal(
		scenario_parse((struct text){ text, text + strlen(text) }, &scenario, &diag), 0);
	return scenario;
}

static void trial_run(struct trial *trial, const char *text, const char *kernel, uint64_t seed)
{
	*trial = (struct trial){ .scenario = parse(text) };
	const struct execution_setup setup = {
		.scenario = trial->scenario,
		.subject = subject_find("xen"),
		.kernel = kernel_find(kernel),
		.preempt = trial->scenario->preempt,
		.nr_cpus = trial->scenario->nr_cpus,
	};

	assert_int_equal(execution_create(&setup, &trial->execution), 0);
	trial->schedule = (struct schedule){ .max_steps = 10000,
					     .is_random = seed != 0,
					     .random = seed,
					     .moves = trial->scenario->moves,
					     .nr = trial->scenario->nr_moves };
	schedule_attach(&trial->schedule, trial->execution);
	trial->execution->record = history_record;
	trial->execution->record_data = &trial->history;
	execution_run(trial->execution);
	assert_int_equal(timeline_build(&trial->history, trial->scenario,
					trial->execution->machine->findings.total > 0,
					&trial->timeline),
			 0);
}

static void trial_end(struct trial *trial)
{
	timeline_fini(&trial->timeline);
	history_fini(&trial->history);
	execution_destroy(trial->execution);
	scenario_destroy(trial->scenario);
}

static void check_rows(const struct timeline *timeline, const char *const *rows)
{
	size_t i = 0;

	for (; rows[i]; i++) {
		assert_true(i < timeline->nr);
		assert_string_equal(timeline->rows[i].text, rows[i]);
	}
	assert_int_equal(timeline->nr, i);
}

static void nobody_disturbs_without_a_schedule(void **state)
{
	static const char *const rows[] = { "switch: idle -> T1",
					    "T1 enable: test",
					    "T1 enable: count",
					    "T1 enable: hook",
					    "T1 write w0",
					    "T1 disable: test",
					    "T1 disable: count",
					    "T1 disable: hook",
					    "T1 ends",
					    "switch: T1 -> T2",
					    "T2 nop",
					    "T2 ends",
					    "switch: T2 -> idle",
					    NULL };
	struct trial trial;

	(void)state;
	trial_run(&trial, TWO_TASKS, "v7.3", 0);
	assert_int_equal(trial.execution->stop, STOP_ENDED);
	check_rows(&trial.timeline, rows);
	assert_null(schedule_unmade(&trial.schedule));
	trial_end(&trial);
}

static void a_schedule_is_followed(void **state)
{
	static const char *const rows[] = { "switch: idle -> T1",
					    "T1 enable: test",
					    "T1 enable: count",
					    "preempt: T1 -> T2",
					    "irq tick",
					    "tick set k4",
					    "T2 nop",
					    "T2 ends",
					    "switch: T2 -> T1",
					    "T1 enable: hook",
					    NULL };
	struct trial trial;

	(void)state;
	trial_run(&trial,
		  TWO_TASKS "schedule { switch 0 T1 ; T1 2 ; switch 0 T2 ; irq 0 tick ; T2 * ; "
			    "switch 0 T1 ; T1 1 }\n",
		  "v7.0", 0);
	assert_int_equal(trial.execution->stop, STOP_FINDING);
	assert_int_equal(trial.execution->machine->findings.by_kind[FINDING_KERNEL_BUG], 1);
	check_rows(&trial.timeline, rows);
	/* Test, count, switched out, switched in, hook; T2 and the handler over it do not count. */
	assert_int_equal(trial.timeline.steps, 5);
	assert_string_equal(trial.timeline.where, "T1 enable: hook");
	trial_end(&trial);
}

static void what_must_happen_need_not_be_told(void **state)
{
	struct trial trial;

	(void)state;
	trial_run(&trial,
		  "#lmt 1\nscenario one\ntask T1 { nop }\ntask T2 { nop }\n"
		  "schedule { switch 0 T2 ; T2 * ; T1 1 }\n",
		  "v7.3", 0);
	assert_int_equal(trial.execution->stop, STOP_ENDED);
	assert_null(schedule_unmade(&trial.schedule));
	assert_string_equal(trial.timeline.rows[0].text, "switch: idle -> T2");
	trial_end(&trial);
}

static void what_cannot_happen_is_said(void **state)
{
	struct trial trial;

	(void)state;
	trial_run(&trial, TWO_TASKS "schedule {\nswitch 0 T1\nT1 2\nswitch 0 T1\n}\n", "v7.0", 0);
	assert_int_equal(trial.execution->stop, STOP_CHOSEN);
	const struct move *move = schedule_unmade(&trial.schedule);
	assert_non_null(move);
	assert_int_equal(move->line, 9);
	trial_end(&trial);

	/* More steps than there are. */
	trial_run(&trial, "#lmt 1\nscenario one\ntask T1 { nop }\nschedule { T1 *\nT1 99 }\n",
		  "v7.0", 0);
	assert_int_equal(trial.execution->stop, STOP_ENDED);
	assert_int_equal(schedule_unmade(&trial.schedule)->line, 5);
	trial_end(&trial);
}

/* What chance did, done again by its moves. */
static void a_history_is_a_schedule(void **state)
{
	static const char text[] =
		"#lmt 1\nscenario several ; cpus 2\n"
		"task T1 { enable ; enable ; write w0 ; disable ; write w1 ; disable }\n"
		"task T2 { enable ; write w0 ; disable }\ntask T3 { nop ; nop }\n"
		"irq tick { set k4 }\n";

	(void)state;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		struct trial random, replayed;
		struct move *moves;
		size_t nr;
		trial_run(&random, text, "v7.0", seed);
		assert_int_equal(history_moves(&random.history, random.scenario, &moves, &nr), 0);
		trial_run(&replayed, text, "v7.0", 0);
		replayed.schedule.moves = moves;
		replayed.schedule.nr = nr;
		replayed.schedule.at = replayed.schedule.taken = 0;
		replayed.history.nr = 0;
		execution_run(replayed.execution);
		assert_null(schedule_unmade(&replayed.schedule));
		assert_int_equal(replayed.execution->stop, random.execution->stop);
		assert_int_equal(replayed.execution->steps, random.execution->steps);
		assert_int_equal(replayed.history.nr, random.history.nr);
		free(moves);
		trial_end(&random);
		trial_end(&replayed);
	}
}

static void a_cell_brings_its_witness(void **state)
{
	struct scenario *scenario = parse(TWO_TASKS);
	const struct execution_setup setup = { .scenario = scenario,
					       .subject = subject_find("xen"),
					       .kernel = kernel_find("v7.0"),
					       .preempt = PREEMPT_FULL,
					       .nr_cpus = 1 };
	const struct explore_options options = { .max_disturbances = UINT32_MAX, .jobs = 1 };
	struct explore_report report;
	struct cell cell;
	char *text;
	size_t size;

	(void)state;
	assert_int_equal(cell_explore(&setup, &options, &cell), 0);
	assert_int_equal(cell.verdict, VERDICT_FINDING);
	assert_int_equal(cell.finding.kind, FINDING_KERNEL_BUG);
	assert_int_equal(explore_report_init(&cell, &report), 0);
	assert_string_equal(report.timeline.where, "T1 enable: hook");
	assert_in_range(report.timeline.steps, 1, 6);

	FILE *out = open_memstream(&text, &size);
	assert_int_equal(cell_write_witness(&cell, out), 0);
	fclose(out);
	struct trial trial;
	trial_run(&trial, text, "v7.0", 0);
	assert_string_equal(trial.scenario->arch, "xen");
	assert_string_equal(trial.scenario->kernel, "v7.0");
	assert_int_equal(trial.execution->stop, STOP_FINDING);
	assert_int_equal(trial.timeline.steps, report.timeline.steps);
	assert_string_equal(trial.timeline.where, report.timeline.where);
	trial_end(&trial);
	free(text);

	const struct expectation expectation = { .verdict = VERDICT_FINDING,
						 .findings = 1u << FINDING_KERNEL_BUG,
						 .steps = 5 };
	struct expectation other = expectation;
	assert_true(cell_meets(&cell, &expectation, 5));
	assert_false(cell_meets(&cell, &expectation, 6));
	other.findings = 1u << FINDING_KERNEL_WARN;
	assert_false(cell_meets(&cell, &other, 5));
	other.verdict = VERDICT_CLEAN;
	assert_false(cell_meets(&cell, &other, 5));
	explore_report_fini(&report);
	cell_fini(&cell);
	scenario_destroy(scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_disturbs_without_a_schedule),
		cmocka_unit_test(a_schedule_is_followed),
		cmocka_unit_test(what_must_happen_need_not_be_told),
		cmocka_unit_test(what_cannot_happen_is_said),
		cmocka_unit_test(a_history_is_a_schedule),
		cmocka_unit_test(a_cell_brings_its_witness),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
