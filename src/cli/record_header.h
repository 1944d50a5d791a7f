/* SPDX-License-Identifier: MIT */
/* The header of facts of a recording (src/trace/facts.h reads it). */
#ifndef LAZYMMU_CLI_RECORD_HEADER_H
#define LAZYMMU_CLI_RECORD_HEADER_H

#include "recorder.h"

/*
 * What machine this is, and how it is recorded. The same on every run: no date, no names of hosts,
 * users or files.
 */
void record_header_write(const struct recorder *recorder, gzFile output);

#endif
