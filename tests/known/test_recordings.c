/* SPDX-License-Identifier: MIT */
/*
 * Recordings of real kernels: the prediction from their causes and the reading of their effects
 * equal what is known of them, and the prediction never looks at an effect.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "recording.h"

static const char *directory;

static void path_of(const struct recording *recording, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", directory, recording->file);
}

/* Calls visit for each line of expected.txt with the recording that it belongs to. */
static void for_each_line(void (*visit)(const struct recording *recording, const char *line,
					void *data),
			  void *data)
{
	struct recording recording;
	char path[LINE_SIZE], line[LINE_SIZE];

	snprintf(path, sizeof(path), "%s/expected.txt", directory);
	FILE *in = fopen(path, "r");
	assert_non_null(in);
	while (fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || line[0] == '\0')
			continue;
		recording_parse(line, &recording);
		visit(&recording, line, data);
	}
	fclose(in);
}

static const struct metric *find_metric(const char *arch, const char *name)
{
	struct metric_list list = metrics_of(arch);

	for (size_t i = 0; i < list.nr; i++) {
		if (strcmp(list.items[i].name, name) == 0)
			return &list.items[i];
	}
	fail_msg("no metric %s", name);
	return NULL;
}

static void format_metric(const struct metric *metric, const struct counters *counters, char *text,
			  size_t size)
{
	if (metric->number) {
		snprintf(text, size, "%llu", (unsigned long long)metric->number(counters));
		return;
	}
	const struct histogram *histogram = metric->sizes(counters);
	size_t at = (size_t)snprintf(text, size, "{");
	for (size_t i = 0; i < histogram->nr && at < size; i++)
		at += (size_t)snprintf(text + at, size - at, "%s%llu:%llu", i ? "," : "",
				       (unsigned long long)histogram->bins[i].size,
				       (unsigned long long)histogram->bins[i].count);
	if (at < size)
		snprintf(text + at, size - at, "}");
}

struct check {
	struct replay replay;
	bool is_open;
	size_t next_phase;
	size_t nr_checked;
};

static const struct phase *next_phase(struct check *check, const char *name)
{
	for (; check->next_phase < check->replay.phases.nr; check->next_phase++) {
		const struct phase *phase = check->replay.phases.items[check->next_phase];
		if (strcmp(phase->name, name) == 0)
			return phase;
	}
	fail_msg("no phase \"%s\"", name);
	return NULL;
}

static void check_key(const struct recording *recording, const struct phase *phase, char *word)
{
	char predicted[LINE_SIZE], recorded[LINE_SIZE];
	char *value = strchr(word, '=');

	assert_non_null(value);
	*value++ = '\0';
	const struct metric *metric = find_metric(recording->arch, word);
	format_metric(metric, &phase->predicted[0], predicted, sizeof(predicted));
	format_metric(metric, &phase->recorded.counters, recorded, sizeof(recorded));
	if (strcmp(predicted, value) != 0 || strcmp(recorded, value) != 0)
		fail_msg("%s, phase %s, %s: predicted %s, recorded %s, known %s", recording->file,
			 phase->name, word, predicted, recorded, value);
}

static void check_phase(const struct recording *recording, char *line, struct check *check)
{
	char *name = strchr(line, '"') + 1;
	char *words = strchr(name, '"');

	*words++ = '\0';
	const struct phase *phase = next_phase(check, name);
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
		check_key(recording, phase, word);
	check->nr_checked++;
}

static void check_line(const struct recording *recording, const char *line, void *data)
{
	struct check *check = data;
	char copy[LINE_SIZE], path[LINE_SIZE];

	if (strncmp(line, "phase ", 6) == 0) {
		snprintf(copy, sizeof(copy), "%s", line);
		check_phase(recording, copy, check);
		return;
	}
	if (check->is_open)
		replay_destroy(&check->replay);
	path_of(recording, path, sizeof(path));
	recording_replay(recording, path, &check->replay);
	check->is_open = true;
	check->next_phase = 0;
}

static void test_predicted_and_recorded_equal_what_is_known(void **state)
{
	struct check check = { .is_open = false };

	(void)state;
	for_each_line(check_line, &check);
	assert_true(check.nr_checked >= 20);
	replay_destroy(&check.replay);
}

static bool same_histogram(const struct histogram *a, const struct histogram *b)
{
	return a->nr == b->nr &&
	       (a->nr == 0 || memcmp(a->bins, b->bins, a->nr * sizeof(a->bins[0])) == 0);
}

static bool same_counters(const struct counters *a, const struct counters *b)
{
	return memcmp(a->n, b->n, sizeof(a->n)) == 0 &&
	       memcmp(a->reasons, b->reasons, sizeof(a->reasons)) == 0 &&
	       same_histogram(&a->batch_sizes, &b->batch_sizes) &&
	       same_histogram(&a->section_entries, &b->section_entries);
}

/* Every phase is predicted the same; true if every phase was also read the same. */
static bool compare_replays(const struct replay *a, const struct replay *b)
{
	struct counters totals[2];
	bool same_recorded = true;

	assert_int_equal(a->phases.nr, b->phases.nr);
	for (size_t i = 0; i < a->phases.nr; i++) {
		const struct phase *left = a->phases.items[i], *right = b->phases.items[i];
		assert_string_equal(left->name, right->name);
		assert_true(same_counters(&left->predicted[0], &right->predicted[0]));
		assert_true(left->why == right->why);
		same_recorded &= same_counters(&left->recorded.counters, &right->recorded.counters);
	}
	assert_int_equal(replay_totals(a, 0, &totals[0]), 0);
	assert_int_equal(replay_totals(b, 0, &totals[1]), 0);
	assert_true(same_counters(&totals[0], &totals[1]));
	counters_fini(&totals[0]);
	counters_fini(&totals[1]);
	return same_recorded;
}

static void edit_and_compare(const struct recording *recording, void (*edit)(char *text),
			     bool changes_recorded)
{
	char path[LINE_SIZE], edited_path[] = "edited-recording-XXXXXX";
	struct replay original, edited;
	int file = mkstemp(edited_path);

	assert_true(file >= 0);
	close(file);
	path_of(recording, path, sizeof(path));
	recording_edit(recording, path, edited_path, edit);
	recording_replay(recording, path, &original);
	recording_replay(recording, edited_path, &edited);
	unlink(edited_path);
	assert_int_equal(compare_replays(&original, &edited), !changes_recorded);
	replay_destroy(&original);
	replay_destroy(&edited);
}

static void blank_line(const struct recording *recording, const char *line, void *data)
{
	(void)data;
	if (strncmp(line, "recording ", 10) == 0)
		edit_and_compare(recording, edit_blank, true);
}

static void test_prediction_needs_no_effect(void **state)
{
	(void)state;
	for_each_line(blank_line, NULL);
}

/* The effects of arm64 have no numbers. */
static void alter_line(const struct recording *recording, const char *line, void *data)
{
	(void)data;
	if (strncmp(line, "recording ", 10) == 0)
		edit_and_compare(recording, edit_digits, strcmp(recording->arch, "arm64") != 0);
}

static void test_prediction_ignores_altered_effects(void **state)
{
	(void)state;
	for_each_line(alter_line, NULL);
}

static void assert_no_mismatch(const struct recording *recording, const struct replay *replay)
{
	for (size_t i = 0; i < replay->phases.nr; i++) {
		const struct phase *phase = replay->phases.items[i];
		if (phase_match(phase, 0, recording->arch) == MATCH_NO)
			fail_msg("%s, begun later: phase %s does not match", recording->file,
				 phase->name);
	}
}

static void cut_line(const struct recording *recording, const char *line, void *data)
{
	char path[LINE_SIZE], cut_path[] = "cut-recording-XXXXXX";
	struct replay replay;

	(void)data;
	if (strncmp(line, "recording ", 10) != 0)
		return;
	int file = mkstemp(cut_path);
	assert_true(file >= 0);
	close(file);
	path_of(recording, path, sizeof(path));
	for (unsigned int nr = 1; recording_cut(path, cut_path, nr); nr++) {
		recording_replay(recording, cut_path, &replay);
		assert_no_mismatch(recording, &replay);
		replay_destroy(&replay);
	}
	unlink(cut_path);
}

/* What came before is not known then: a phase that needs it is not decided, never wrong. */
static void test_a_recording_may_begin_at_any_marker(void **state)
{
	(void)state;
	for_each_line(cut_line, NULL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_predicted_and_recorded_equal_what_is_known),
		cmocka_unit_test(test_prediction_needs_no_effect),
		cmocka_unit_test(test_a_recording_may_begin_at_any_marker),
		cmocka_unit_test(test_prediction_ignores_altered_effects),
	};

	if (argc != 2)
		return EXIT_FAILURE;
	directory = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
