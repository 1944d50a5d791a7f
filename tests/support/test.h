/* SPDX-License-Identifier: MIT */
/* What every CMocka suite includes: cmocka.h wants these four first. */
#ifndef LAZYMMU_TESTS_SUPPORT_TEST_H
#define LAZYMMU_TESTS_SUPPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
