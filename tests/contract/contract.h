/* SPDX-License-Identifier: MIT */
/*
 * The contract: what every backend owes its callers, and what each backend says about itself. A
 * rule runs on a fresh machine for every kernel; the same rules judge the real backends and their
 * broken twins.
 */
#ifndef LAZYMMU_TESTS_CONTRACT_CONTRACT_H
#define LAZYMMU_TESTS_CONTRACT_CONTRACT_H

#include "fixture.h"

enum {
	NR_PAGES = 200, /* prepared pages: more than a batch of 192, less than a table of 256 */
	WHY_SIZE = 200,
};

/* How a subject is made to hold something back: which write of which address space. */
enum lever {
	LEVER_SET,   /* a store of a valid PTE: arm64, Xen, and where nothing is held back */
	LEVER_PROT,  /* a change of protection: Xen where set_ptes() has a section of its own */
	LEVER_CLEAR, /* a clear of a PTE that was in use: powerpc, sparc, s390 */
};

/* One machine under judgement. */
struct bed {
	const struct subject *subject;
	const struct kernel *kernel;
	struct machine *machine;
	enum lever lever;
	struct mm *mm;	   /* where write_page() writes */
	vaddr_t base;	   /* of page 0 */
	uint64_t barriers; /* counted when write_page() was last called */
	bool failed;
	char why[WHY_SIZE]; /* the first failure */
};

struct rule {
	const char *name; /* stable: the tables of verdicts and of twins refer to it */
	/* NULL: to every bed. */
	bool (*applies)(const struct bed *bed);
	void (*run)(struct bed *bed);
};

struct rule_list {
	const struct rule *rules;
	size_t nr;
};

/* One list for each file of rules; ends with a NULL. */
extern const struct rule_list *const rule_lists[];
extern const struct rule_list section_rules, context_rules, switch_rules, order_rules;
extern const struct rule_list arm64_rules, powerpc_rules, sparc_rules, xen_rules, s390_rules;
extern const struct rule_list folio_rules;

/* A cell of the table of verdicts that is known to fail. */
struct known_bug {
	const char *rule;
	const char *subject;
	enum kernel_id first;
	enum kernel_id last;
	const char *bug;    /* number, by age: B1 Xen v7.0 to B16 bottom halves; or a name */
	const char *commit; /* the fix, or what brought it */
};

/* NULL: the rule must hold. */
const struct known_bug *known_bug_find(const struct bed *bed, const struct rule *rule);

/* The kernel of this bed has a lazy mode on this backend. */
static inline bool has_mode(const struct bed *bed)
{
	return arch_has_mode(bed->machine->ops);
}

static inline bool is_counted(const struct bed *bed)
{
	return task_keeps_mode(bed->kernel);
}

/* A section leaves preemption as its caller had it, so that it can be switched out. */
bool is_preemptible(const struct bed *bed);

/* The first expectation that does not hold fails the rule. */
void expect(struct bed *bed, bool condition, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void expect_equal(struct bed *bed, uint64_t got, uint64_t wanted, const char *what);
/* No finding at all was reported. */
void expect_clean(struct bed *bed);
void expect_not_found(struct bed *bed, enum finding_kind kind);

/*
 * NR_PAGES pages, in use: PTEs are valid, translations are loaded on every CPU, powerpc has hashed
 * them.
 */
void bed_prepare(struct bed *bed, enum lever lever, struct mm *mm, vaddr_t base);

vaddr_t page_addr(const struct bed *bed, unsigned int page);
pte_t *page_pte(const struct bed *bed, unsigned int page);
/* A page as bed_prepare() leaves it, in any address space. */
void page_map(struct mm *mm, vaddr_t addr, unsigned int bits);

/* Opens a section over the prepared pages, with the hint. */
void section_enter(const struct bed *bed);
void section_leave(void);

/* One write of the kind that the subject holds back in a section. */
void write_page(struct bed *bed, unsigned int page);
void write_pages(struct bed *bed, unsigned int first, unsigned int nr);
/* The write is in effect: for memory, for translations on every CPU, and nothing is pending. */
void expect_visible(struct bed *bed, unsigned int page);
/* The write is held back, and nothing was lost. */
void expect_writes_held(struct bed *bed, uint64_t held_before, unsigned int nr);

uint64_t pending_writes(void);

#endif
