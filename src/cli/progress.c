/* SPDX-License-Identifier: MIT */
/* Progress and interruption. */
#include "progress.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { CALLS_PER_LOOK = 64 }; /* at the clock */

static const uint64_t second = 1000000000;

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

bool was_interrupted(void)
{
	return interrupted;
}

static uint64_t read_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * second + (uint64_t)now.tv_nsec;
}

void progress_init(struct progress *progress, uint64_t max_seconds)
{
	/* The second signal finds the default again, and ends the program at once. */
	struct sigaction action = { .sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	*progress = (struct progress){ .is_shown = isatty(STDERR_FILENO) };
	progress->now = read_clock();
	progress->next = progress->now + second / 5;
	progress->deadline = max_seconds ? progress->now + max_seconds * second : 0;
}

/* 812, 1.2k, 3.4M */
static void print_short(uint64_t n)
{
	if (n < 1000)
		fprintf(stderr, "%" PRIu64, n);
	else if (n < 1000000)
		fprintf(stderr, "%.1fk", (double)n / 1e3);
	else
		fprintf(stderr, "%.1fM", (double)n / 1e6);
}

static void draw_lines(struct progress *progress, uint64_t lines)
{
	fprintf(stderr, "\r%s  lines ", progress->label);
	print_short(lines);
	fputs("\033[K", stderr);
	fflush(stderr);
	progress->is_drawn = true;
}

bool progress_lines(struct progress *progress, uint64_t lines)
{
	if (interrupted)
		return false;
	if (!progress->is_shown || progress->calls++ % CALLS_PER_LOOK)
		return true;
	progress->now = read_clock();
	if (progress->now >= progress->next) {
		progress->next = progress->now + second / 5;
		draw_lines(progress, lines);
	}
	return true;
}

static void draw(struct progress *progress, const struct exploration_counts *counts)
{
	uint64_t tried = counts->transitions ? counts->transitions : 1;

	fprintf(stderr, "\r%s  states ", progress->label);
	print_short(counts->states);
	fprintf(stderr, "  merged %" PRIu64 "%%  frontier ", 100 * counts->merged / tried);
	print_short(counts->frontier);
	fprintf(stderr, "  depth %" PRIu32 "+%" PRIu32 "\033[K", counts->disturbances,
		counts->depth);
	fflush(stderr);
	progress->is_drawn = true;
}

bool progress_go_on(void *data, const struct exploration_counts *counts)
{
	struct progress *progress = data;

	if (interrupted)
		return false;
	if (progress->calls++ % CALLS_PER_LOOK)
		return true;
	progress->now = read_clock();
	progress->is_late = progress->deadline && progress->now >= progress->deadline;
	if (progress->is_shown && progress->now >= progress->next) {
		progress->next = progress->now + second / 5;
		draw(progress, counts);
	}
	return !progress->is_late;
}

void progress_erase(struct progress *progress)
{
	if (!progress->is_drawn)
		return;
	fputs("\r\033[K", stderr);
	fflush(stderr);
	progress->is_drawn = false;
}
