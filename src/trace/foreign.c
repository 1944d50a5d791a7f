/* SPDX-License-Identifier: MIT */
/* Each format by what its lines, or its first one, cannot be mistaken for. */
#include "foreign.h"
#include "perf.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool skip_digits(struct text *text)
{
	const char *start = text->p;

	while (text->p < text->end && is_digit(*text->p))
		text->p++;
	return text->p > start;
}

static bool skip_seconds(struct text *text)
{
	return skip_digits(text) && text_skip(text, ".") && skip_digits(text);
}

static bool starts_with(struct text line, const char *const *words)
{
	for (; *words; words++) {
		if (text_starts(line, *words))
			return true;
	}
	return false;
}

static bool perf_data(struct text line)
{
	static const char *const magics[] = { "PERFILE2", "2ELIFREP", NULL };

	return starts_with(line, magics);
}

static bool trace_dat(struct text line)
{
	return text_starts(line, "\x17\x08\x44tracing");
}

static bool zstd(struct text line)
{
	return text_starts(line, "(\xb5\x2f\xfd");
}

/* Compressed, perhaps inside of what is read: a file of gzip in gzip. */
static bool gzip(struct text line)
{
	return text_starts(line, "\x1f\x8b");
}

static bool xz(struct text line)
{
	return text_starts(line, "\xfd"
				 "7zXZ");
}

static bool bzip2(struct text line)
{
	return text_skip(&line, "BZh") && skip_digits(&line) && text_starts(line, "AY&SY");
}

static bool lz4(struct text line)
{
	return text_starts(line, "\x04\x22\x4d\x18");
}

/* What a shell of Windows makes of a redirected output. */
static bool utf16(struct text line)
{
	static const char *const marks[] = { "\xff\xfe", "\xfe\xff", NULL };

	return starts_with(line, marks);
}

/* A stream of packets, either byte order, or the metadata beside it. */
static bool ctf(struct text line)
{
	static const char *const starts[] = { "\xc1\xfc\x1f\xc1", "\xc1\x1f\xfc\xc1", "/* CTF ",
					      "\x75\xd1\x1d\x57", NULL };

	return starts_with(line, starts);
}

/* [00:20:19.251685023] (+?.?????????) NAME: { cpu_id = 0 }, { ... } */
static bool babeltrace(struct text line)
{
	return text_skip(&line, "[") && skip_digits(&line) && text_find(&line, "] (+") &&
	       text_find(&line, ": { ");
}

static bool strace_summary(struct text line)
{
	return text_starts(line, "% time");
}

static bool bpftrace_json(struct text line)
{
	return text_starts(line, "{\"type\":");
}

static bool other_json(struct text line)
{
	return text_starts(line, "{\"") || text_is(line, "{") || text_starts(line, "[{");
}

/* "Attaching 4 probes...": native text may follow. */
static bool bpftrace(struct text line)
{
	return text_skip(&line, "Attaching ") && skip_digits(&line) && text_starts(line, " probe");
}

/* "1223104.158 ( 0.000 ms): sigs/4566 ..." or "         ? (         ): sigs/4566 ..." */
static bool perf_trace(struct text line)
{
	text_skip_blanks(&line);
	if (text_skip(&line, "? ("))
		return text_find(&line, "): ");
	if (!skip_seconds(&line) || !text_skip(&line, " ("))
		return false;
	text_skip_blanks(&line);
	return text_starts(line, "): ") || (skip_seconds(&line) && text_starts(line, " ms): "));
}

/* 0x4c8@p1.data [0x1d0]: event: 69 */
static bool perf_dump(struct text line)
{
	uint64_t number;

	return text_starts(line, "0x") && text_hex(&line, &number) &&
	       (text_starts(line, "@") || text_starts(line, " [0x")) &&
	       text_find(&line, "]: event: ");
}

/* `perf report`, and the header that `perf script --header` prints before its lines. */
static bool perf_header(struct text line)
{
	static const char *const starts[] = { "# captured on", "# To display the perf.data header",
					      "# Samples: ", NULL };

	return starts_with(line, starts);
}

/* " 0)   0.441 us    |  func();", times and tasks before it, or its header. */
static bool function_graph(struct text line)
{
	uint64_t number;

	if (text_starts(line, "# tracer: function_graph"))
		return true;
	text_skip_blanks(&line);
	struct text stamp = line;
	if (skip_seconds(&stamp) && text_skip(&stamp, " |  "))
		line = stamp;
	text_skip_blanks(&line);
	return text_dec(&line, &number) && text_skip(&line, ") ") && text_find(&line, "|");
}

/* Option "bin", or any file that is no text. */
static bool binary(struct text line)
{
	return memchr(line.p, '\0', text_size(line));
}

/* "2966 1 1127214233415 type: 196", and the same in hex. */
static bool ftrace_raw(struct text line)
{
	uint64_t number;

	for (int i = 0; i < 3; i++) {
		if (!text_hex(&line, &number) || !text_skip(&line, " "))
			return false;
	}
	return text_skip(&line, "type: ") && text_dec(&line, &number) && line.p == line.end;
}

/* An event without columns: "sys_brk(brk: 0)", "sys_brk -> 0x1", "tlb_flush: pages:1 ..." */
static bool ftrace_without_context(struct text line, const struct event_index *index)
{
	struct ftrace_body body;

	ftrace_body(line, &body);
	if (text_starts(body.name, "sys_"))
		return text_starts(body.args, "-> ") || text_starts(body.args, "(");
	return body.name.end < body.args.p && *body.name.end == ':' &&
	       event_name_find(index, body.name);
}

/* `ltrace -S` and ltrace: "SYS_brk(0)", "brk@SYS(nil)", "__libc_start_main(...". */
static bool ltrace(struct text line)
{
	struct text word;

	text_skip(&line, "[pid ");
	skip_digits(&line);
	text_skip(&line, "]");
	word = text_word(&line);
	return (text_starts(word, "SYS_") && text_find(&word, "(")) || text_find(&word, "@SYS(") ||
	       text_starts(word, "__libc_start_main(") ||
	       text_find(&word, "->__libc_start_main(") ||
	       (text_is(word, "+++") && text_starts(line, " exited (status "));
}

static const struct {
	bool (*is)(struct text line);
	struct foreign foreign;
} formats[] = {
	{ perf_data,
	  { "binary perf.data",
	    "perf script -i FILE -F +addr --show-mmap-events --show-task-events > FILE.txt",
	    FOREIGN_LINE } },
	{ trace_dat,
	  { "binary trace.dat", "trace-cmd report -t -N FILE > FILE.txt", FOREIGN_LINE } },
	{ zstd, { "compressed with zstd", "zstd -dc FILE | lazymmu replay -", FOREIGN_LINE } },
	{ gzip, { "compressed twice", "gzip -dc FILE | lazymmu replay -", FOREIGN_LINE } },
	{ xz, { "compressed with xz", "xz -dc FILE | lazymmu replay -", FOREIGN_LINE } },
	{ bzip2, { "compressed with bzip2", "bzip2 -dc FILE | lazymmu replay -", FOREIGN_LINE } },
	{ lz4, { "compressed with lz4", "lz4 -dc FILE | lazymmu replay -", FOREIGN_LINE } },
	{ utf16,
	  { "text in UTF-16", "iconv -f UTF-16 -t UTF-8 FILE | lazymmu replay -", FOREIGN_LINE } },
	{ ctf,
	  { "a trace in CTF", "perf script, or trace-cmd report, of the original", FOREIGN_LINE } },
	{ babeltrace,
	  { "text of babeltrace2", "perf script, or trace-cmd report, of the original",
	    FOREIGN_LINE } },
	{ strace_summary,
	  { "a summary of strace -c",
	    "it holds no events: leave out -c, strace -f -tt -o FILE COMMAND", FOREIGN_LINE } },
	{ bpftrace_json,
	  { "JSON of bpftrace", "without -f json, print native text, lazymmu-trace(5)",
	    FOREIGN_LINE } },
	{ other_json, { "JSON", "of perf data convert: perf script -i FILE", FOREIGN_LINE } },
	{ bpftrace, { "text of bpftrace", "print native text, lazymmu-trace(5)", FOREIGN_HEADER } },
	{ perf_trace, { "text of perf trace", "perf record, then perf script", FOREIGN_LINE } },
	{ perf_dump, { "a raw dump of perf script -D", "perf script without -D", FOREIGN_LINE } },
	{ perf_header,
	  { "a header of perf without events", "perf script -i FILE", FOREIGN_HEADER } },
	{ function_graph,
	  { "text of the function_graph tracer", "tracefs: echo nop > current_tracer, set events",
	    FOREIGN_LINE } },
	{ ftrace_raw,
	  { "ftrace text without names", "tracefs: echo 0 > options/raw, options/hex",
	    FOREIGN_LINE } },
	{ binary, { "binary data", "of ftrace: echo 0 > options/bin", FOREIGN_OR_TORN } },
	{ perf_without_time,
	  { "text of perf script without times", "perf script -F +time", FOREIGN_OR_TORN } },
	{ perf_without_task,
	  { "text of perf script without tasks", "perf script -F +tid", FOREIGN_OR_TORN } },
	{ ltrace, { "text of ltrace", "strace -f -tt", FOREIGN_LINE } },
};

const struct foreign *foreign_find(struct text line, const struct event_index *index)
{
	static const struct foreign without_context = { "ftrace text without columns",
							"tracefs: echo 1 > options/context-info",
							FOREIGN_OR_TORN };

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (formats[i].is(line))
			return &formats[i].foreign;
	}
	return ftrace_without_context(line, index) ? &without_context : NULL;
}
