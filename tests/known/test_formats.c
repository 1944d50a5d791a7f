/* SPDX-License-Identifier: MIT */
/*
 * The same events in other spellings: recordings of one program through ftrace with its options,
 * trace-cmd and perf, and what is recognised and not read.
 */
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "observed.h"
#include "reader.h"

enum { PATH_SIZE = 1024 };

static const char *directory;

/* What a file came to. */
struct reading {
	const char *format;
	struct event *events;
	size_t nr;
	uint64_t bad_lines;
	struct observed observed;
	int nr_cpus;
	uint64_t lost_events;
	int error;
	char message[DIAG_SIZE];
};

static void path_of(const char *file, char *path)
{
	snprintf(path, PATH_SIZE, "%s/%s", directory, file);
}

static void keep(struct reading *reading, const struct event *event)
{
	reading->events = realloc(reading->events, (reading->nr + 1) * sizeof(*event));
	assert_non_null(reading->events);
	struct event *copy = &reading->events[reading->nr++];
	memcpy(copy, event, offsetof(struct event, text));
	strcpy(copy->text, event->text);
}

/* Field by field: what a compiler leaves between them, and behind the end of the text, differs. */
static bool is_same(const struct event *a, const struct event *b)
{
	return a->line == b->line && a->kind == b->kind && a->tid == b->tid && a->tgid == b->tgid &&
	       a->cpu == b->cpu && a->has_flags == b->has_flags && a->irqs_off == b->irqs_off &&
	       a->after_loss == b->after_loss && a->need_resched == b->need_resched &&
	       a->hardirq == b->hardirq && a->softirq == b->softirq &&
	       a->preempt_depth == b->preempt_depth && a->syscall == b->syscall &&
	       memcmp(a->arg, b->arg, sizeof(a->arg)) == 0 && strcmp(a->text, b->text) == 0;
}

static void read_path(const char *path, struct reading *reading)
{
	struct reader *reader;
	struct event event;
	struct diag diag;

	/* Events are compared as bytes, and the reader fills fields. */
	memset(&event, 0, sizeof(event));
	*reading = (struct reading){ 0 };
	assert_int_equal(reader_open(path, NULL, &reader, &diag), 0);
	while ((reading->error = reader_next(reader, &event)) > 0) {
		observed_event(&reading->observed, &event);
		keep(reading, &event);
	}
	reading->format = recording_format_names[reader_format(reader)];
	reading->bad_lines = reader_bad_lines(reader);
	reading->nr_cpus = reader_facts(reader)->nr_cpus;
	reading->lost_events = reader_facts(reader)->lost_events;
	if (reading->error)
		strcpy(reading->message, reader_error(reader)->text);
	reader_close(reader);
}

static void read_file(const char *file, struct reading *reading)
{
	char path[PATH_SIZE];

	path_of(file, path);
	read_path(path, reading);
}

/* Lines as a recording of their own. */
static void read_text(const char *text, struct reading *reading)
{
	char path[] = "lines-XXXXXX";
	int file = mkstemp(path);

	assert_true(file >= 0);
	FILE *out = fdopen(file, "w");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
	read_path(path, reading);
	remove(path);
}

/* The stand-in program: 4 enters, 24 updates, 8 flushes, 4 leaves; made-up lines as they say. */
static const struct {
	const char *file;
	const char *format;
	struct observed observed;
} counted[] = {
#define LAZYSIM                                                       \
	{                                                             \
		.enters = 4, .leaves = 4, .updates = 24, .flushes = 8 \
	}
	{ "ftrace.lazysim.default.txt.gz", "ftrace", LAZYSIM },
	{ "ftrace.lazysim.fields.txt.gz", "ftrace", LAZYSIM },
	{ "ftrace.lazysim.latency-format.txt.gz", "ftrace", LAZYSIM },
	{ "ftrace.lazysim.noirq-info.txt.gz", "ftrace", LAZYSIM },
	{ "trace-cmd-report.lazysim.default.txt.gz", "ftrace", LAZYSIM },
	{ "trace-cmd-report.lazysim.Flazymmu.txt.gz", "ftrace", LAZYSIM },
	{ "trace-cmd-report.lazysim.N.txt.gz", "ftrace", LAZYSIM },
	{ "trace-cmd-report.lazysim.Otgid.txt.gz", "ftrace", LAZYSIM },
	{ "trace-cmd-report.lazysim.l.txt.gz", "ftrace", LAZYSIM },
	{ "trace-cmd-report.lazysim.raw-ts.txt.gz", "ftrace", LAZYSIM },
	{ "trace-cmd-report.lazysim.t.txt.gz", "ftrace", LAZYSIM },
	{ "perf-script.lazysim.default.txt.gz", "perf script", LAZYSIM },
	{ "perf-script.lazysim.G_sym.txt.gz", "perf script", LAZYSIM },
	{ "perf-script.lazysim.deltatime.txt.gz", "perf script", LAZYSIM },
	{ "perf-script.lazysim.ns-F.txt.gz", "perf script", LAZYSIM },
	{ "perf-script.lazysim.tid-nocpu.txt.gz", "perf script", LAZYSIM },
#undef LAZYSIM
	/* It holds nothing but tlb_flush. */
	{ "trace-cmd-report.lazysim.R.txt.gz", "ftrace", { .enters = 0 } },
	{ "SYNTH.xen-events.mprotect34.txt.gz",
	  "ftrace",
	  { .enters = 1, .leaves = 1, .updates = 34, .flushes = 2 } },
	{ "SYNTH.kprobe.powerpc-hash.txt.gz", "ftrace", { .updates = 10, .flushes = 2 } },
	{ "SYNTH.kprobe.sparc64.oldheader.txt.gz",
	  "ftrace",
	  { .enters = 1, .leaves = 1, .updates = 14, .flushes = 1 } },
	{ "ftrace.tiny.stack.txt.gz", "ftrace", { .enters = 0 } },
	{ "SYNTH.function-tracer.txt.gz", "ftrace", { .updates = 9, .flushes = 6 } },
};

static void test_what_a_recording_shows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++) {
		const struct observed *known = &counted[i].observed;
		struct reading reading;

		read_file(counted[i].file, &reading);
		if (reading.error || reading.bad_lines ||
		    strcmp(reading.format, counted[i].format) != 0 ||
		    memcmp(&reading.observed, known, sizeof(*known)) != 0)
			fail_msg("%s: %s, %llu bad lines, %llu enters %llu updates %llu flushes "
				 "%llu leaves %s",
				 counted[i].file, reading.format,
				 (unsigned long long)reading.bad_lines,
				 (unsigned long long)reading.observed.enters,
				 (unsigned long long)reading.observed.updates,
				 (unsigned long long)reading.observed.flushes,
				 (unsigned long long)reading.observed.leaves, reading.message);
		free(reading.events);
	}
}

/* What a spelling does not print, so that it is not compared. */
enum loss {
	LOSES_CPU = 1 << 0,
	LOSES_TGID = 1 << 1,
	LOSES_FLAGS = 1 << 2,
	LOSES_MARKERS = 1 << 3,
};

static const struct {
	const char *base;
	const char *variant;
	unsigned int losses;
} alike[] = {
	{ "ftrace.lazysim.default.txt.gz", "ftrace.lazysim.fields.txt.gz", 0 },
	{ "ftrace.lazysim.default.txt.gz", "ftrace.lazysim.latency-format.txt.gz", 0 },
	{ "ftrace.lazysim.default.txt.gz", "ftrace.lazysim.noirq-info.txt.gz", LOSES_FLAGS },
	{ "ftrace.tiny.default.txt.gz", "ftrace.tiny.fields.txt.gz", LOSES_MARKERS },
	{ "ftrace.tiny.default.txt.gz", "ftrace.tiny.latency-format.txt.gz", LOSES_TGID },
	{ "ftrace.tiny.default.txt.gz", "ftrace.tiny.latency-verbose.txt.gz", LOSES_TGID },
	{ "ftrace.tiny.default.txt.gz", "ftrace.tiny.noirq.txt.gz", LOSES_FLAGS },
	{ "ftrace.tiny.default.txt.gz", "ftrace.tiny.notgid.txt.gz", LOSES_TGID },
	{ "ftrace.tiny.default.txt.gz", "ftrace.tiny.sym-addr.txt.gz", 0 },
	{ "ftrace.tiny.default.txt.gz", "ftrace.tiny.verbose.txt.gz", 0 },
	{ "ftrace.xen.txt.gz", "trace-cmd-report.xen-N.txt.gz", LOSES_FLAGS },
	{ "ftrace.xen.txt.gz", "trace-cmd-report.xen-R.txt.gz", LOSES_FLAGS },
	{ "trace-cmd-report.lazysim.default.txt.gz", "trace-cmd-report.lazysim.N.txt.gz", 0 },
	{ "trace-cmd-report.lazysim.default.txt.gz", "trace-cmd-report.lazysim.t.txt.gz", 0 },
	{ "trace-cmd-report.lazysim.default.txt.gz", "trace-cmd-report.lazysim.l.txt.gz",
	  LOSES_FLAGS },
	{ "trace-cmd-report.lazysim.default.txt.gz", "trace-cmd-report.lazysim.raw-ts.txt.gz", 0 },
	{ "perf-script.lazysim.default.txt.gz", "perf-script.lazysim.G_sym.txt.gz", 0 },
	{ "perf-script.lazysim.default.txt.gz", "perf-script.lazysim.deltatime.txt.gz", 0 },
	{ "perf-script.lazysim.default.txt.gz", "perf-script.lazysim.ns-F.txt.gz", LOSES_TGID },
	{ "perf-script.lazysim.default.txt.gz", "perf-script.lazysim.tid-nocpu.txt.gz", LOSES_CPU },
};

static void drop(struct event *event, unsigned int losses)
{
	event->line = 0;
	if (losses & LOSES_CPU)
		event->cpu = -1;
	if (losses & LOSES_TGID)
		event->tgid = -1;
	if (losses & LOSES_FLAGS) {
		event->has_flags = event->irqs_off = event->need_resched = false;
		event->hardirq = event->softirq = false;
		event->preempt_depth = 0;
	}
	if (losses & LOSES_MARKERS && event->kind == EVENT_MARKER) {
		event->kind = EVENT_OTHER;
		memset(event->text, 0, sizeof(event->text));
	}
}

static void assert_alike(size_t i, struct reading *base, struct reading *variant)
{
	assert_true(base->nr > 50);
	if (base->nr != variant->nr)
		fail_msg("%s: %zu events, %zu in %s", alike[i].variant, variant->nr, base->nr,
			 alike[i].base);
	for (size_t at = 0; at < base->nr; at++) {
		unsigned long long line = variant->events[at].line;
		drop(&base->events[at], alike[i].losses);
		drop(&variant->events[at], alike[i].losses);
		if (!is_same(&base->events[at], &variant->events[at]))
			fail_msg("%s:%llu: not the event %zu of %s", alike[i].variant, line, at,
				 alike[i].base);
	}
}

static void test_variants_say_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
		struct reading base, variant;
		read_file(alike[i].base, &base);
		read_file(alike[i].variant, &variant);
		assert_alike(i, &base, &variant);
		free(base.events);
		free(variant.events);
	}
}

static const struct {
	const char *file;
	const char *hint;
} refused[] = {
	{ "ftrace.lazysim.raw.txt.gz", "echo 0 > options/raw" },
	{ "ftrace.lazysim.nocontext-info.txt.gz", "echo 1 > options/context-info" },
	{ "SYNTH.function_graph.default.txt.gz", "echo nop > current_tracer" },
	{ "SYNTH.function_graph.proc-abstime-tail-retval.txt.gz", "echo nop > current_tracer" },
	{ "perf-script.lazysim.dumpraw.txt.gz", "perf script without -D" },
	{ "perf-trace.sigs.txt.gz", "perf record, then perf script" },
	{ "perf-report-header.txt.gz", "perf script -i FILE" },
	{ "ctf-babeltrace2.lazysim.txt.gz", "perf script, or trace-cmd report" },
	{ "bpftrace.lazysim.printf.txt.gz", "print native text" },
	{ "bpftrace.sigs.json.txt.gz", "without -f json" },
};

static void test_what_is_not_read_says_what_to_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct reading reading;
		read_file(refused[i].file, &reading);
		if (reading.error != -EINVAL || reading.nr ||
		    strcmp(reading.format, "unknown") != 0 ||
		    !strstr(reading.message, refused[i].hint))
			fail_msg("%s: %s", refused[i].file, reading.message);
		free(reading.events);
	}
}

static const struct {
	const char *line;
	const char *hint;
} refused_lines[] = {
	{ "PERFILE2....\n", "perf script -i FILE -F +addr --show-mmap-events --show-task-events" },
	{ "/* CTF 1.8 */\n", "perf script" },
	{ "{\"linux-perf-json-version\": 1,\n", "perf script -i FILE" },
	{ "# tracer: function_graph\n", "echo nop > current_tracer" },
	{ " 2)   0.512 us    |    irq_enter_rcu();\n", "echo nop > current_tracer" },
	{ "00005549 00000001 00000aef1299a001 type: 443\n", "options/hex" },
	{ "sys_brk(brk: 0)\nsys_brk -> 0x1\n", "options/context-info" },
	{ "         ? (         ): :4567/4567  ... [continued]: clone())   = 0\n", "perf record" },
	{ "0x4c8@p1.data [0x1d0]: event: 69\n", "without -D" },
	{ "% time     seconds  usecs/call     calls    errors syscall\n", "leave out -c" },
	{ "SYS_brk(0)                   = 0x55d5c4d2e000\n", "strace -f -tt" },
	{ "__libc_start_main([ \"./tiny\" ] <unfinished ...>\n", "strace -f -tt" },
	{ "4513 brk@SYS(nil)            = 0x55d5c4d2e000\n", "strace -f -tt" },
	{ "Attaching 4 probes...\nhello\n", "print native text" },
	{ "   tiny 21762 [001]  exceptions:page_fault_user: address=0x1\n", "-F +time" },
	{ "   swapper     0 PERF_RECORD_MMAP -1/0: [0xff(0x1) @ 0]: x [k]_t\n", "-F +time" },
	{ "# captured on    : Sun Nov 22 15:01:54 2026\n# nrcpus avail : 2\n", "perf script" },
	/* Columns of perf, but no event of it: they are none of ftrace either. */
	{ "2ELIAREPexec@ev(     0     0.000000: PERF_RLIAREPexec@e1/0: \n",
	  "known: text of ftrace" },
};

static void test_lines_that_are_not_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(refused_lines) / sizeof(refused_lines[0]); i++) {
		struct reading reading;
		read_text(refused_lines[i].line, &reading);
		if (reading.error != -EINVAL || reading.nr ||
		    !strstr(reading.message, refused_lines[i].hint))
			fail_msg("%s: %s", refused_lines[i].line, reading.message);
		free(reading.events);
	}
}

#define FTRACE "     a b-7     [001] d..1.    5.000001: "
#define TRACE_CMD "cpus=2\n            <...>-7     [001]     5.000001: "
#define LATENCY "     a b-7         1d..1.   62us+: "
#define PERF "             a b     7 [001]     5.000001: "

/* One line, the events that it stands for. */
static const struct {
	const char *line;
	size_t nr;
	struct event events[3];
} lines[] = {
	/* Columns. */
	{ "  <...>-1447  [005] ...1  8123.456792: sys_brk(brk: 2000)\n",
	  1,
	  { { .kind = EVENT_SYS_ENTER, .tid = 1447, .cpu = 5, .arg = { 0x2000 } } } },
	{ "  <...>-1447  [005] ...1 98123456792312: sys_brk -> 0x2000\n",
	  1,
	  { { .kind = EVENT_SYS_EXIT, .tid = 1447, .cpu = 5, .arg = { 0x2000 } } } },
	{ " a-1 [2] x-77       1d..1.  1223.418150: sys_brk: brk\n",
	  1,
	  { { .kind = EVENT_OTHER, .tid = 77, .cpu = 1 } } },
	{ LATENCY "sys_brk(unsigned long brk: 0x10)\n",
	  1,
	  { { .kind = EVENT_SYS_ENTER, .tid = 7, .cpu = 1, .arg = { 0x10 } } } },
	{ "  a b  7   3 0 00000001 00000009 [2cc9006c1] 20.716ms (+0.001ms): sys_brk -> 0x3\n",
	  1,
	  { { .kind = EVENT_SYS_EXIT, .tid = 7, .cpu = 3, .arg = { 3 } } } },
	{ TRACE_CMD "(+14082) sys_exit_brk:         0x3\n",
	  1,
	  { { .kind = EVENT_SYS_EXIT, .tid = 7, .cpu = 1, .arg = { 3 } } } },
	/* Markers. */
	{ TRACE_CMD "print:                tracing_mark_write: WL x begin\n",
	  1,
	  { { .kind = EVENT_MARKER, .tid = 7, .cpu = 1, .text = "WL x begin" } } },
	{ TRACE_CMD "print:                some_function: WL x begin\n",
	  1,
	  { { .kind = EVENT_OTHER, .tid = 7, .cpu = 1 } } },
	{ FTRACE "tracing_mark_write+0x8a/0x170: WL\n",
	  1,
	  { { .kind = EVENT_MARKER, .tid = 7, .cpu = 1, .text = "WL" } } },
	{ FTRACE "tracing_mark_write <ffffffff8149ab1a>: WL\n",
	  1,
	  { { .kind = EVENT_MARKER, .tid = 7, .cpu = 1, .text = "WL" } } },
	/* sched_switch. */
	{ TRACE_CMD "sched_switch:         kworker/0:1:17 [120] W ==> sh:643 [120]\n",
	  1,
	  { { .kind = EVENT_SWITCH, .tid = 7, .cpu = 1, .arg = { 17, 643 }, .text = "W" } } },
	{ FTRACE "sched_switch: prev_comm=a prev_pid=0x11 (17) prev_prio=0x78 (120) "
		 "prev_state=0x20 (32) next_comm=b next_pid=0x283 (643) next_prio=0x78 (120)\n",
	  1,
	  { { .kind = EVENT_SWITCH, .tid = 7, .cpu = 1, .arg = { 17, 643 }, .text = "Z" } } },
	{ TRACE_CMD "sched_switch: prev_comm=a prev_pid=17 prev_prio=120 prev_state=256 "
		    "next_comm=b next_pid=643 next_prio=120\n",
	  1,
	  { { .kind = EVENT_SWITCH, .tid = 7, .cpu = 1, .arg = { 17, 643 }, .text = "R+" } } },
	/* Probes: by name, by place, returns. */
	{ FTRACE "enter: (arch_enter_lazy_mmu_mode+0x0/0x40)\n",
	  1,
	  { { .kind = EVENT_PROBE_ENTER, .tid = 7, .cpu = 1 } } },
	{ FTRACE "enter: (do_something+0x0/0x40)\n",
	  1,
	  { { .kind = EVENT_OTHER, .tid = 7, .cpu = 1 } } },
	{ FTRACE "p_vmap_0: (lazy_mmu_mode_enable+0x8/0x40)\n",
	  1,
	  { { .kind = EVENT_PROBE_ENTER, .tid = 7, .cpu = 1 } } },
	{ FTRACE "p_1: (lazy_mmu_mode_disable.isra.0+0x8/0x40)\n",
	  1,
	  { { .kind = EVENT_PROBE_LEAVE, .tid = 7, .cpu = 1 } } },
	{ FTRACE "p_2: (paravirt_enter_lazy_mmu+0x0/0x40)\n",
	  1,
	  { { .kind = EVENT_XEN_PROBE_ENTER, .tid = 7, .cpu = 1 } } },
	{ FTRACE "p_3: (.__flush_tlb_pending.part.0+0x8/0x40) index=5 batch=0x1\n",
	  1,
	  { { .kind = EVENT_FLUSH_TLB_PENDING, .tid = 7, .cpu = 1, .arg = { 5 } } } },
	{ FTRACE "p_4: (hpte_need_flush.constprop.0+0x8/0x40) index=5 addr=0x1 active=1\n",
	  1,
	  { { .kind = EVENT_HPTE_NEED_FLUSH, .tid = 7, .cpu = 1, .arg = { 1, 5 } } } },
	{ FTRACE "hpte_need_flush: (hpte_need_flush+0x8/0x40) addr=0x1\n",
	  1,
	  { { .kind = EVENT_PROBE_UPDATE, .tid = 7, .cpu = 1 } } },
	{ FTRACE "hpte_need_flush: (change_pte_range+0x8/0x40 <- hpte_need_flush)\n",
	  1,
	  { { .kind = EVENT_EFFECT_OTHER, .tid = 7, .cpu = 1 } } },
	{ FTRACE "r_0: (zap_pte_range+0x8/0x40 <- arch_leave_lazy_mmu_mode)\n",
	  1,
	  { { .kind = EVENT_OTHER, .tid = 7, .cpu = 1 } } },
	/* Names that the kernel and perf give: what perf and trace-cmd print has no function. */
	{ PERF "kprobes:p_arch_leave_lazy_mmu_mode_8: (ffffffff81000010)\n",
	  1,
	  { { .kind = EVENT_PROBE_LEAVE, .tid = 7, .cpu = 1 } } },
	{ PERF "kprobes:r_arch_leave_lazy_mmu_mode_0: (ffffffff81000010 <- ffffffff81000020)\n",
	  1,
	  { { .kind = EVENT_OTHER, .tid = 7, .cpu = 1 } } },
	{ TRACE_CMD "p_hpte_need_flush_12: (c000000000061234) index=0x5 active=0x1\n",
	  1,
	  { { .kind = EVENT_HPTE_NEED_FLUSH, .tid = 7, .cpu = 1, .arg = { 1, 5 } } } },
	{ FTRACE "lazy_mmu_mode_enable_17: (change_pte_range+0x8/0x40)\n",
	  1,
	  { { .kind = EVENT_PROBE_ENTER, .tid = 7, .cpu = 1 } } },
	{ PERF "probe:lazy_mmu_mode_enable__return_1: (ffffffff81000010 <- ffffffff81000020)\n",
	  1,
	  { { .kind = EVENT_OTHER, .tid = 7, .cpu = 1 } } },
	{ PERF "probe:enter_1: (ffffffff81000010)\n",
	  1,
	  { { .kind = EVENT_OTHER, .tid = 7, .cpu = 1 } } },
	{ FTRACE "tlb_batch_add: (tlb_batch_add+0x0/0x1a0) vaddr=0x1 fullmm=1\n",
	  1,
	  { { .kind = EVENT_EFFECT_OTHER, .tid = 7, .cpu = 1 } } },
	/* The function tracer, also with sym-offset, sym-addr and func-args. */
	{ FTRACE "__flush_tlb_pending.part.0 <-switch_mm_irqs_off\n",
	  1,
	  { { .kind = EVENT_PROBE_FLUSH, .tid = 7, .cpu = 1 } } },
	{ FTRACE "hpte_need_flush+0x0/0x40 <ffffffff81234567> <-change_pte_range+0x1/0x2\n",
	  1,
	  { { .kind = EVENT_PROBE_UPDATE, .tid = 7, .cpu = 1 } } },
	{ FTRACE "handle_mm_fault(vma=0x1, address=0x2, flags=0x3) <-do_user_addr_fault\n",
	  1,
	  { { .kind = EVENT_OTHER, .tid = 7, .cpu = 1 } } },
	{ FTRACE "xen_leave_lazy_mmu\n",
	  1,
	  { { .kind = EVENT_XEN_PROBE_LEAVE, .tid = 7, .cpu = 1 } } },
	/* Xen, both texts and fields. */
	{ FTRACE "xen_mc_issue: flush: yes, flags 200\n",
	  1,
	  { { .kind = EVENT_XEN_ISSUE, .tid = 7, .cpu = 1, .arg = { 1 } } } },
	{ FTRACE "xen_mc_issue: start batch lazy flags 1\n",
	  1,
	  { { .kind = EVENT_XEN_ISSUE, .tid = 7, .cpu = 1, .arg = { 2 } } } },
	{ FTRACE "xen_mc_batch: start batch lazy flags 1\n",
	  1,
	  { { .kind = EVENT_XEN_BATCH, .tid = 7, .cpu = 1 } } },
	{ FTRACE "xen_mc_extend_args: op=0x1 (1) args=0x10 (16) res=0x2 (2)\n",
	  1,
	  { { .kind = EVENT_XEN_EXTEND, .tid = 7, .cpu = 1, .arg = { 1, 16, 2 } } } },
	{ FTRACE "xen_mc_flush_reason: reason=0x2 (2)\n",
	  1,
	  { { .kind = EVENT_XEN_FLUSH_REASON, .tid = 7, .cpu = 1, .text = "ARGS" } } },
	/* Syscalls in fields, results of either sign. */
	{ TRACE_CMD "sys_enter_munmap:     __syscall_nr=11 addr=0x1000 len=8192\n",
	  1,
	  { { .kind = EVENT_SYS_ENTER, .tid = 7, .cpu = 1, .arg = { 0x1000, 0x2000 } } } },
	{ FTRACE "sys_exit_munmap: __syscall_nr=0xb (11) ret=0xffffffffffffffea (-22)\n",
	  1,
	  { { .kind = EVENT_SYS_EXIT, .tid = 7, .cpu = 1, .arg = { (uint64_t)-22 } } } },
	/* perf script. */
	{ PERF "syscalls:sys_enter_munmap: addr: 0x00001000, len: 0x00002000  7f24 munmap+0x7\n",
	  1,
	  { { .kind = EVENT_SYS_ENTER, .tid = 7, .cpu = 1, .arg = { 0x1000, 0x2000 } } } },
	{ PERF "probe:p_0: (ffffffff81000010) mm=0x1   ffffffff81000010 tlb_batch_add+0x0\n",
	  1,
	  { { .kind = EVENT_PROBE_UPDATE, .tid = 7, .cpu = 1 } } },
	{ PERF "sched:sched_process_exit:k: comm=x pid=7 prio=120\n",
	  1,
	  { { .kind = EVENT_EXIT, .tid = 7, .cpu = 1, .arg = { 7 } } } },
	{ PERF "          1                  page-faults:u:     7fb716d7f9c0     7fb716d7f9c0 x\n",
	  1,
	  { { .kind = EVENT_FAULT,
	      .tid = 7,
	      .cpu = 1,
	      .arg = { 0x7fb716d7f9c0, FAULT_USER | FAULT_UNTOLD, 1 } } } },
	{ "21762 [001] 12019.633866: sched:sched_process_exit: comm=x pid=7 prio=120\n",
	  1,
	  { { .kind = EVENT_EXIT, .tid = 21762, .cpu = 1, .arg = { 7 } } } },
	{ "  a     7 [001] K         5.000001: sched:sched_process_exit: comm=x pid=7\n",
	  1,
	  { { .kind = EVENT_EXIT, .tid = 7, .cpu = 1, .arg = { 7 } } } },
	{ PERF "cycles:u:  7fb716d7f9c0 main (/bin/x)\n\t    7fb716d7f9c0 main (/bin/x)\n\n",
	  1,
	  { { .kind = EVENT_OTHER, .tid = 7, .cpu = 1 } } },
	{ "  a     7/9     5.000000001: PERF_RECORD_MMAP2 7/9: [0x1000(0x2000) @ 0 fe:00 1 2]: "
	  "r-xp /bin/x\n",
	  1,
	  { { .kind = EVENT_MAPPING,
	      .tid = 9,
	      .tgid = 7,
	      .cpu = -1,
	      .arg = { 0x1000, 0x2000, 5, MAPPING_PRIVATE } } } },
	{ PERF "PERF_RECORD_MMAP2 7/7: [0x1000(0x2000) @ 0x1000 00:01 1 2]: rw-s //anon\n",
	  1,
	  { { .kind = EVENT_MAPPING,
	      .tid = 7,
	      .tgid = 7,
	      .cpu = 1,
	      .arg = { 0x1000, 0x2000, 3, MAPPING_SHARED | MAPPING_ANONYMOUS } } } },
	{ PERF "PERF_RECORD_COMM exec: a:b:7/7\n",
	  1,
	  { { .kind = EVENT_NEW_EXEC, .tid = 7, .tgid = 7, .cpu = 1 } } },
	{ PERF "PERF_RECORD_COMM: a:7/7\n" PERF "PERF_RECORD_MMAP -1/0: [0xff(0x1) @ 0]: x [k]_t\n",
	  0,
	  { { 0 } } },
	{ PERF "PERF_RECORD_EXIT(7:9):(1:1)\n",
	  1,
	  { { .kind = EVENT_EXIT, .tid = 9, .tgid = 7, .cpu = 1, .arg = { 9 } } } },
	/* A fork is told once: by the tracepoints if they are there, else by the record. */
	{ PERF "PERF_RECORD_FORK(7:8):(7:7)\n" PERF "foo:bar: 1\n",
	  3,
	  { { .kind = EVENT_NEW_TASK, .tid = 7, .tgid = 7, .cpu = 1, .arg = { 8, 0x100 } },
	    { .kind = EVENT_FORK, .tid = 7, .tgid = 7, .cpu = 1, .arg = { 7, 8 } },
	    { .kind = EVENT_OTHER, .tid = 7, .cpu = 1 } } },
	{ PERF "PERF_RECORD_FORK(8:8):(7:7)\n" PERF
	       "task:task_newtask: pid=8 comm=a clone_flags=4100 oom_score_adj=0\n" PERF
	       "sched:sched_process_fork: comm=a pid=7 child_comm=a child_pid=8\n",
	  2,
	  { { .kind = EVENT_NEW_TASK, .tid = 7, .cpu = 1, .arg = { 8, 0x4100 } },
	    { .kind = EVENT_FORK, .tid = 7, .cpu = 1, .arg = { 7, 8 } } } },
	{ PERF "syscalls:sys_enter_vfork: \n" PERF "PERF_RECORD_FORK(8:8):(7:7)\n" PERF
	       "syscalls:sys_exit_vfork: 0x8\n",
	  3,
	  { { .kind = EVENT_SYS_ENTER, .tid = 7, .cpu = 1 },
	    { .kind = EVENT_FORK, .tid = 7, .tgid = 7, .cpu = 1, .arg = { 7, 8 } },
	    { .kind = EVENT_SYS_EXIT, .tid = 7, .cpu = 1, .arg = { 8 } } } },
	{ PERF "exceptions:page_fault_user: address=0x1000 ip=0x1000 error_code=0x14\n" PERF
	       "page-faults:             1000\n",
	  1,
	  { { .kind = EVENT_FAULT, .tid = 7, .cpu = 1, .arg = { 0x1000, 0x14, 1 } } } },
};

static bool same_event(const struct event *got, const struct event *known)
{
	return got->kind == known->kind && got->tid == known->tid && got->cpu == known->cpu &&
	       (got->tgid < 0 || got->tgid == known->tgid) &&
	       memcmp(got->arg, known->arg, sizeof(got->arg)) == 0 &&
	       strcmp(got->text, known->text) == 0;
}

static void test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct reading reading;
		read_text(lines[i].line, &reading);
		if (reading.error || reading.bad_lines || reading.nr != lines[i].nr)
			fail_msg("%s: %zu events, %llu bad lines, %s", lines[i].line, reading.nr,
				 (unsigned long long)reading.bad_lines, reading.message);
		for (size_t at = 0; at < reading.nr; at++) {
			const struct event *got = &reading.events[at];
			if (!same_event(got, &lines[i].events[at]))
				fail_msg("%s: kind %d tid %d cpu %d arg %llx %llx text %s",
					 lines[i].line, (int)got->kind, got->tid, got->cpu,
					 (unsigned long long)got->arg[0],
					 (unsigned long long)got->arg[1], got->text);
		}
		free(reading.events);
	}
}

/* Each of these lacks something: one bad line, however often. */
static const struct {
	const char *text;
	uint64_t bad_lines;
} bad[] = {
	{ PERF "page-faults:  ffffffff817554ea elf_load\n" PERF "page-faults:  ffffffff817554ea\n",
	  1 },
	{ PERF "(401187) mm=0x1\n", 1 },
	{ PERF "PERF_RECORD_FORK(8:8)\n", 1 },
	{ TRACE_CMD "xen_mc_extend_args:   extending op 26(mmuext_op) by 24 bytes res ???\n", 1 },
	{ FTRACE "sys_enter: id=0x5a (90) args=<INVALID-SIZE>\n", 1 },
	{ FTRACE "sched_switch: prev_comm=a prev_pid=1\n", 1 },
};

static void test_bad_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct reading reading;
		read_text(bad[i].text, &reading);
		if (reading.bad_lines != bad[i].bad_lines)
			fail_msg("%s: %llu bad lines", bad[i].text,
				 (unsigned long long)reading.bad_lines);
		free(reading.events);
	}
}

/* A torn first line may look like another format; what follows decides. */
static void test_a_torn_first_line_hides_nothing(void **state)
{
	static const char *const torn[] = { "sys_brk -> 0x1\n", "7     [001]     5.000001: x: y\n",
					    "5.000001: tlb_flush: pages:1\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(torn) / sizeof(torn[0]); i++) {
		struct reading reading;
		char text[512];
		snprintf(text, sizeof(text), "%s%s", torn[i], FTRACE "sys_brk(brk: 0)\n");
		read_text(text, &reading);
		assert_int_equal(reading.error, 0);
		assert_string_equal(reading.format, "ftrace");
		assert_int_equal(reading.nr, 1);
		assert_int_equal(reading.bad_lines, 1);
		free(reading.events);
	}
}

/* perf's own recording: what the program did, counted in its source. */
static void test_perf_recording(void **state)
{
	unsigned int counts[NR_EVENT_KINDS] = { 0 };
	struct reading reading;

	(void)state;
	read_file("perf-script.tiny.txt.gz", &reading);
	assert_int_equal(reading.bad_lines, 0);
	for (size_t i = 0; i < reading.nr; i++)
		counts[reading.events[i].kind]++;
	assert_int_equal(counts[EVENT_NEW_EXEC], 2);
	assert_int_equal(counts[EVENT_EXEC], 2);
	assert_int_equal(counts[EVENT_FORK], 2);
	assert_int_equal(counts[EVENT_NEW_TASK], 2);
	assert_int_equal(counts[EVENT_FAULT], 418);
	free(reading.events);
}

static void test_header_facts(void **state)
{
	struct reading reading;

	(void)state;
	read_text("# ========\n# captured on    : x\n# nrcpus avail : 6\n#\n" PERF "a:b: c\n",
		  &reading);
	assert_string_equal(reading.format, "perf script");
	assert_int_equal(reading.nr_cpus, 6);
	free(reading.events);
}

static const struct {
	const char *text;
	uint64_t lost_events;
} losses[] = {
	{ FTRACE "a: b\nCPU:1 [LOST 23 EVENTS]\n" FTRACE "a: b\n", 23 },
	{ FTRACE "a: b\nCPU:1 [LOST EVENTS]\n" FTRACE "a: b\n", 1 },
	{ TRACE_CMD "a: b\nCPU:1 [EVENTS DROPPED]\n" FTRACE "a: b\n", 1 },
	{ TRACE_CMD "a: b\nCPU:1 [7 EVENTS DROPPED]\n" FTRACE "a: b\n", 7 },
	{ LATENCY "a: b\nCPU:1 [LOST 5 EVENTS]\n" LATENCY "a: b\n", 5 },
	{ PERF "a:b: c\n" PERF "PERF_RECORD_LOST lost 9\n" PERF "a:b: c\n", 9 },
	{ PERF "a:b: c\n" PERF "PERF_RECORD_LOST_SAMPLES lost 2\n" PERF "a:b: c\n", 2 },
};

static void test_lost_events(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
		struct reading reading;
		read_text(losses[i].text, &reading);
		if (reading.nr != 2 || reading.bad_lines ||
		    reading.lost_events != losses[i].lost_events)
			fail_msg("%s: %llu lost", losses[i].text,
				 (unsigned long long)reading.lost_events);
		assert_false(reading.events[0].after_loss);
		assert_true(reading.events[1].after_loss);
		free(reading.events);
	}
}

/* What bpftrace says first is no bad line of native text. */
static void test_native_text_of_bpftrace(void **state)
{
	struct reading reading;

	(void)state;
	read_text("Attaching 4 probes...\n#lmt 1\n1 0 7 enter\n2 0 7 leave\n", &reading);
	assert_string_equal(reading.format, "lmt");
	assert_int_equal(reading.bad_lines, 0);
	assert_int_equal(reading.observed.enters, 1);
	assert_int_equal(reading.observed.leaves, 1);
	free(reading.events);
}

/* A file cut anywhere loses its last line alone; what was whole before it stands. */
static void cut_everywhere(const char *file)
{
	enum { MAX_TEXT = 128 * 1024, STEP = 997 };
	char path[PATH_SIZE], *text = malloc(MAX_TEXT);
	size_t last_nr = 0;

	path_of(file, path);
	gzFile in = gzopen(path, "rb");
	assert_true(text && in);
	int size = gzread(in, text, MAX_TEXT - 1);
	gzclose(in);
	for (int at = STEP; at < size; at += STEP) {
		struct reading reading;
		char cut_byte = text[at];
		text[at] = '\0';
		read_text(text, &reading);
		text[at] = cut_byte;
		if (reading.bad_lines > 1 || reading.nr < last_nr)
			fail_msg("%s cut at %d: %zu events, %llu bad lines", file, at, reading.nr,
				 (unsigned long long)reading.bad_lines);
		last_nr = reading.nr ? reading.nr - 1 : 0;
		free(reading.events);
	}
	free(text);
}

static void test_cut_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++)
		cut_everywhere(counted[i].file);
}

/* The first bytes of a file, as a file of their own. */
static void read_cut(const char *file, size_t size, struct reading *reading)
{
	char path[PATH_SIZE], cut[] = "cut-XXXXXX", *bytes = malloc(size);
	int out = mkstemp(cut);

	path_of(file, path);
	FILE *in = fopen(path, "rb"), *to = fdopen(out, "wb");
	assert_true(bytes && in && to);
	size = fread(bytes, 1, size, in);
	assert_int_equal(fwrite(bytes, 1, size, to), size);
	fclose(in);
	fclose(to);
	free(bytes);
	read_path(cut, reading);
	remove(cut);
}

/* As gzip; cut, what came before stands. */
static void test_zstd(void **state)
{
	static const char file[] = "ftrace.lazysim.default.txt.zst";
	struct reading reading;

	(void)state;
#ifdef HAVE_ZSTD
	read_file(file, &reading);
	assert_int_equal(reading.error, 0);
	assert_int_equal(reading.nr, 395);
	assert_int_equal(reading.observed.updates, 24);
	free(reading.events);
	read_cut(file, 3000, &reading);
	assert_int_equal(reading.error, -EIO);
	assert_non_null(strstr(reading.message, "ends too early"));
#else
	read_cut(file, 100000, &reading);
	assert_int_equal(reading.error, -EINVAL);
	assert_non_null(strstr(reading.message, "zstd -dc"));
#endif
	free(reading.events);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_recording_shows),
		cmocka_unit_test(test_variants_say_the_same),
		cmocka_unit_test(test_what_is_not_read_says_what_to_do),
		cmocka_unit_test(test_lines_that_are_not_read),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_a_torn_first_line_hides_nothing),
		cmocka_unit_test(test_perf_recording),
		cmocka_unit_test(test_header_facts),
		cmocka_unit_test(test_lost_events),
		cmocka_unit_test(test_native_text_of_bpftrace),
		cmocka_unit_test(test_cut_files),
		cmocka_unit_test(test_zstd),
	};

	if (argc != 2)
		return 2;
	directory = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
