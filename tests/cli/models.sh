#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Preemption models: what each lets happen, on every backend and kernel.
. "$(dirname "$0")/lib.sh"

status 0 matrix --check "$recordings"/../scenario/models/*.lmt
grep '^  .*[a-z]!' "$out" | head -n 20
for model in none voluntary full lazy rt; do
	grep -qx "preempt $model" "$recordings"/../scenario/models/*.lmt || fail "no scenario for $model"
done

# The same scenario under another model.
status 1 explore --arch xen --kernel v7.0 b01-enable
status 0 explore --arch xen --kernel v7.0 --preempt none b01-enable
status 0 explore --arch xen --kernel v7.0 --preempt voluntary b01-enable
status 1 explore --arch xen --kernel v7.0 --preempt lazy b01-enable
status 1 explore --arch xen --kernel v7.0 --preempt rt b01-enable
exit "$failed"
