/* SPDX-License-Identifier: MIT */
/*
 * Reading a recording: a stream of events from a file, a pipe or memory, whatever its
 * format. Memory is bounded whatever the input holds.
 */
#ifndef LAZYMMU_TRACE_READER_H
#define LAZYMMU_TRACE_READER_H

#include "event.h"

enum {
	MAX_LINE_SIZE = 64 * 1024, /* bytes; the rest of a longer line is skipped and reported */
	DIAG_SIZE = 256,
	SOURCE_SIZE = 64,
	HEADER_SIZE = 4096,
};

enum recording_format {
	FORMAT_UNKNOWN,
	FORMAT_FTRACE,	/* /sys/kernel/tracing/trace and what looks like it */
	FORMAT_LATENCY, /* the same with other columns: option latency-format, trace-cmd -l */
	FORMAT_PERF,	/* perf script */
	FORMAT_LMT,	/* native text */
	FORMAT_STRACE,
	FORMAT_DAT, /* trace-cmd's trace.dat, see dat.h */
};

extern const char *const recording_format_names[];

/* A message about one line: "file:line:col: cause (hint)". */
struct diag {
	uint64_t line;
	unsigned int column; /* 1-based, 0: the whole line */
	const char *file;    /* of a directory, valid until the next event; NULL: the recording */
	char text[DIAG_SIZE];
};

struct reader;

struct reader_options {
	/* Called for each bad line; NULL: they are only counted. */
	void (*report)(const struct diag *diag, void *data);
	void *data;
	bool times; /* events say when, where the recording does */
};

/*
 * path "-" is standard input, a directory has the files PREFIX.PID of `strace -ff`. 0 or -errno; on
 * error diag says why. The format is detected by content when the first event is asked for.
 */
int reader_open(const char *path, const struct reader_options *options, struct reader **ret,
		struct diag *diag);
/* A recording in memory, which stays the caller's and where it is. 0 or -ENOMEM. */
int reader_open_memory(const void *bytes, size_t size, const struct reader_options *options,
		       struct reader **ret);
void reader_close(struct reader *reader);

/*
 * 1: an event, 0: end of input, -errno: the input cannot be read on (gzip damage, I/O error,
 * unknown format); what was read before stands. Bad lines are reported, counted and skipped.
 */
int reader_next(struct reader *reader, struct event *event);

enum recording_format reader_format(const struct reader *reader);
uint64_t reader_lines(const struct reader *reader);
uint64_t reader_bad_lines(const struct reader *reader);
/* Set when reader_next() returned an error. */
const struct diag *reader_error(const struct reader *reader);

/* What lines of strace were. */
struct strace_counts {
	uint64_t calls;
	uint64_t failed;
	uint64_t unfinished; /* calls whose end is another line, or none */
	uint64_t resumed;
	uint64_t torn; /* lines that a note of strace tore; joined again they count as one */
	uint64_t lost; /* torn lines whose rest is missing */
	uint64_t signals;
	uint64_t ignored; /* what the recorded program printed */
};

/* What the recording says about its machine; 0, -1 or NULL where it says nothing. */
struct reader_facts {
	const char *arch;	 /* a backend, by a header of facts or the events seen so far */
	uint64_t arch_line;	 /* the line that told */
	bool shows_arch;	 /* events of that backend were seen, or native text names it */
	bool is_x86_64;		 /* by the same, Xen apart: a machine that is no backend */
	bool is_other_machine;	 /* a header names one that is neither of those nor a backend */
	uint64_t numbers_line;	 /* a syscall by its number, of an unknown machine; 0: none */
	unsigned int page_shift; /* 0: not said */
	unsigned int kernel_major, kernel_minor;
	uint64_t kernel_line; /* 0: the version is not said */
	int nr_cpus;	      /* 0: not said; from #P:n or a header of facts */
	uint64_t nr_cpus_line;
	uint64_t lost_events; /* the recorder said so */
	bool has_faults;      /* page faults were recorded: a header says so, or one was seen */
	uint64_t thp_line;    /* of the header: transparent huge pages always; 0: not said */
	uint64_t faults_line; /* of the header that says whether they were; 0: none does */
	const char *tool;     /* that recorded: "strace" */
	/* strace does not always name its first task: events have first_tid, its number is
	 * first_pid. */
	int first_tid; /* 0: every task is named */
	int first_pid; /* 0: not said */
	struct strace_counts strace;
	char header[HEADER_SIZE]; /* the lines of a header of facts, as far as they fit */
	char source[SOURCE_SIZE]; /* native text: what it was converted from; may be empty */
};

const struct reader_facts *reader_facts(const struct reader *reader);

#endif
