/* SPDX-License-Identifier: MIT */
/* files.c DIRECTORY: each file is one input. What fuzzing found is tried by every compiler. */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { MAX_INPUT = 1 << 16, PATH_SIZE = 1024 };

static bool run(const char *path)
{
	static uint8_t bytes[MAX_INPUT];
	FILE *file = fopen(path, "rb");

	if (!file)
		return false;
	size_t size = fread(bytes, 1, sizeof(bytes), file);
	bool failed = ferror(file);
	fclose(file);
	if (!failed)
		LLVMFuzzerTestOneInput(bytes, size);
	return !failed;
}

int main(int argc, char **argv)
{
	DIR *directory = argc == 2 ? opendir(argv[1]) : NULL;
	struct dirent *entry;
	unsigned int nr = 0;

	if (!directory)
		return EXIT_FAILURE;
	while ((entry = readdir(directory))) {
		char path[PATH_SIZE];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", argv[1], entry->d_name);
		if (!run(path))
			return EXIT_FAILURE;
		nr++;
	}
	closedir(directory);
	printf("%u inputs\n", nr);
	return nr ? EXIT_SUCCESS : EXIT_FAILURE;
}
