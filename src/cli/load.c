/* SPDX-License-Identifier: MIT */
/* Loading scenarios. */
#include "load.h"

#include <errno.h>

#include "cmd.h"
#include "scenario_parse.h"

static int status_of(int err)
{
	switch (err) {
	case 0:
		return EXIT_CLEAN;
	case -EINVAL:
	case -EFBIG:
	case -EBADMSG:
		return EXIT_USAGE;
	default:
		return EXIT_COULD_NOT_RUN;
	}
}

static int finish(const char *name, int err, struct diag *diag)
{
	if (err == -ENOMEM)
		cmd_error("%s: out of memory", name);
	else if (err)
		cmd_diag(name, diag);
	return status_of(err);
}

int load_shipped(const struct shipped_scenario *shipped, struct scenario **ret)
{
	const struct text text = { shipped->text, shipped->text + strlen(shipped->text) };
	struct diag diag;

	return finish(shipped->name, scenario_parse(text, ret, &diag), &diag);
}

int load_scenario(const char *name, struct scenario **ret)
{
	struct diag diag;

	for (const struct shipped_scenario *each = shipped_scenarios; each->name; each++) {
		if (strcmp(each->name, name) == 0)
			return load_shipped(each, ret);
	}
	int err = scenario_read(name, ret, &diag);
	if (err == -ENOENT) {
		cmd_error("%s: No such file, nor a scenario that 'lazymmu list scenarios' names",
			  name);
		return EXIT_COULD_NOT_RUN;
	}
	return finish(name, err, &diag);
}
