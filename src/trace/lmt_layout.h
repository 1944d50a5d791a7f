/* SPDX-License-Identifier: MIT */
/* Words of native text that stand for a whole syscall. */
#ifndef LAZYMMU_TRACE_LMT_LAYOUT_H
#define LAZYMMU_TRACE_LMT_LAYOUT_H

#include "lmt_words.h"

bool lmt_map(struct lmt_call *call);
bool lmt_unmap(struct lmt_call *call);
bool lmt_prot(struct lmt_call *call);
bool lmt_remap(struct lmt_call *call);
bool lmt_advise(struct lmt_call *call);
bool lmt_brk(struct lmt_call *call);
bool lmt_fork(struct lmt_call *call);
bool lmt_vfork(struct lmt_call *call);
bool lmt_thread(struct lmt_call *call);
bool lmt_exec(struct lmt_call *call);
bool lmt_exit(struct lmt_call *call);

#endif
