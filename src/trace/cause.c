/* SPDX-License-Identifier: MIT */
/*
 * Arguments of causes. "(function+offset/size)" of a probe is passed over, arguments are found by
 * their names.
 */
#include "cause.h"
#include "effect.h"
#include "syscall.h"

#include <limits.h>

/* A hex or decimal argument of a cause. Inline: every line has some, and their keys are constant.
 */
static inline __attribute__((always_inline)) bool number(struct fields *fields, const char *key,
							 uint64_t *value, struct mistake *mistake)
{
	struct text text;

	if (!fields_find(fields, key, &text)) {
		text_fail(mistake, fields->text.p, "an argument of this event is missing");
		mistake->hint = key;
		return false;
	}
	if (!text_number(&text, value))
		return text_fail(mistake, text.p, "expected a number");
	fields_pass(fields, text.p);
	return true;
}

static bool tid(struct text args, const char *key, uint64_t *value, struct mistake *mistake)
{
	struct fields fields = fields_of(args);

	if (!number(&fields, key, value, mistake))
		return false;
	return *value <= INT_MAX || text_fail(mistake, args.p, "a task id is out of range");
}

bool cause_page_fault(struct text args, struct event *event, struct mistake *mistake)
{
	struct fields fields = fields_of(args);
	uint64_t code;

	/* arch/x86/include/asm/trap_pf.h: enum fault_bit has the bits of the hardware. */
	if (!number(&fields, "address=", &event->arg[0], mistake) ||
	    !number(&fields, "error_code=", &code, mistake))
		return false;
	event->arg[1] = code & (FAULT_PROT | FAULT_WRITE | FAULT_USER | FAULT_EXEC);
	event->arg[2] = 1;
	return true;
}

bool cause_mm_fault(struct text args, struct event *event, struct mistake *mistake)
{
	struct fields fields = fields_of(args);

	return number(&fields, "address=", &event->arg[0], mistake) &&
	       number(&fields, "flags=", &event->arg[1], mistake) &&
	       number(&fields, "vm_start=", &event->arg[2], mistake) &&
	       number(&fields, "vm_end=", &event->arg[3], mistake) &&
	       number(&fields, "vm_flags=", &event->arg[4], mistake);
}

bool cause_fault_around(struct text args, struct event *event, struct mistake *mistake)
{
	struct fields fields = fields_of(args);

	return number(&fields, "address=", &event->arg[0], mistake) &&
	       number(&fields, "pgoff=", &event->arg[1], mistake) &&
	       number(&fields, "start_pgoff=", &event->arg[2], mistake) &&
	       number(&fields, "end_pgoff=", &event->arg[3], mistake);
}

bool cause_hash_page(struct text args, struct event *event, struct mistake *mistake)
{
	struct fields fields = fields_of(args);

	return number(&fields, "ea=", &event->arg[0], mistake) &&
	       number(&fields, "access=", &event->arg[1], mistake);
}

/* hash fault with addr 0x10102190 and access = 0x8000000000000006 trap = 0x300 */
bool cause_hash_fault(struct text args, struct event *event, struct mistake *mistake)
{
	struct fields fields = fields_of(args);

	if (text_starts(args, "addr="))
		return number(&fields, "addr=", &event->arg[0], mistake) &&
		       number(&fields, "access=", &event->arg[1], mistake);
	if (!text_find(&args, "addr ") || !text_hex(&args, &event->arg[0]) ||
	    !text_find(&args, "access = ") || !text_hex(&args, &event->arg[1]))
		return text_fail(mistake, args.p, "expected \"addr\" and \"access =\"");
	return true;
}

bool cause_kernel_mmap(struct text args, struct event *event, struct mistake *mistake)
{
	struct fields fields = fields_of(args);

	if (!number(&fields, "file=", &event->arg[0], mistake) ||
	    !number(&fields, "addr=", &event->arg[1], mistake) ||
	    !number(&fields, "len=", &event->arg[2], mistake) ||
	    !number(&fields, "prot=", &event->arg[3], mistake) ||
	    !number(&fields, "flags=", &event->arg[4], mistake))
		return false;
	event->arg[4] = map_flags_of_powerpc(event->arg[4]);
	return true;
}

bool cause_kernel_brk(struct text args, struct event *event, struct mistake *mistake)
{
	struct fields fields = fields_of(args);

	return number(&fields, "addr=", &event->arg[0], mistake) &&
	       number(&fields, "len=", &event->arg[1], mistake);
}

/* Names of tasks come unquoted before the numbers: the last key is the real one. */
static struct text behind_last(struct text args, const char *key)
{
	struct text rest = args;

	while (text_find(&rest, key))
		args.p = rest.p - strlen(key);
	return args;
}

/* 7.x kernels may leave out the names: the numbers are found by key. */
bool cause_task_fork(struct text args, struct event *event, struct mistake *mistake)
{
	struct text parent = args;

	if (!tid(behind_last(args, "child_pid="), "child_pid=", &event->arg[1], mistake))
		return false;
	if (text_find(&parent, " child_comm="))
		parent = (struct text){ args.p, parent.p };
	return tid(behind_last(parent, "pid="), "pid=", &event->arg[0], mistake);
}

bool cause_new_task(struct text args, struct event *event, struct mistake *mistake)
{
	struct fields fields = fields_of(behind_last(args, "clone_flags="));
	struct text flags;

	if (!tid(args, "pid=", &event->arg[0], mistake))
		return false;
	return (fields_find(&fields, "clone_flags=", &flags) && text_hex(&flags, &event->arg[1])) ||
	       text_fail(mistake, args.p, "expected clone_flags= and a hex number");
}

bool cause_task_exit(struct text args, struct event *event, struct mistake *mistake)
{
	return tid(behind_last(args, "pid="), "pid=", &event->arg[0], mistake);
}

bool cause_marker(struct text args, struct event *event, struct mistake *mistake)
{
	(void)mistake;
	text_copy(event->text, sizeof(event->text), args);
	return true;
}

/* A marker as trace-cmd names its event; trace_printk() of some kernel function is none. */
bool cause_print(struct text args, struct event *event, struct mistake *mistake)
{
	bool is_marker = text_skip(&args, "tracing_mark_write: ") ||
			 (text_skip(&args, "ip=tracing_mark_write") && text_find(&args, "buf="));

	if (is_marker)
		return cause_marker(args, event, mistake);
	event->kind = EVENT_OTHER;
	return true;
}

bool cause_is_spelled(struct text args, struct event *event, struct mistake *mistake)
{
	if (event->kind != EVENT_EFFECT_OTHER || !text_find(&args, " ??"))
		return true;
	text_fail(mistake, args.p, "a result that the tool did not spell out");
	mistake->hint = "trace-cmd report -N";
	return false;
}

static bool function(struct fields *fields, struct event *event, struct mistake *mistake)
{
	return effect_function_field(fields, event) ||
	       text_fail(mistake, fields->text.p, "the function is missing (fn=)");
}

bool cause_calling_function(struct text args, struct event *event, struct mistake *mistake)
{
	struct fields fields = fields_of(args);

	return function(&fields, event, mistake);
}

static inline __attribute__((always_inline)) bool truth(struct fields *fields, const char *key,
							uint64_t *value, struct mistake *mistake)
{
	if (!number(fields, key, value, mistake))
		return false;
	return *value <= 1 || text_fail(mistake, fields->text.p, "expected 0 or 1");
}

bool cause_set_pte(struct text args, struct event *event, struct mistake *mistake)
{
	struct fields fields = fields_of(args);

	return number(&fields, "ptep=", &event->arg[0], mistake) &&
	       truth(&fields, "kernel=", &event->arg[1], mistake) &&
	       truth(&fields, "valid=", &event->arg[2], mistake) &&
	       function(&fields, event, mistake);
}

bool cause_clear_pte(struct text args, struct event *event, struct mistake *mistake)
{
	struct fields fields = fields_of(args);

	return number(&fields, "ptep=", &event->arg[0], mistake) &&
	       truth(&fields, "kernel=", &event->arg[1], mistake) &&
	       function(&fields, event, mistake);
}

bool cause_task_switched(struct text args, struct event *event, struct mistake *mistake)
{
	struct fields fields = fields_of(args);

	return truth(&fields, "in_section=", &event->arg[0], mistake);
}
