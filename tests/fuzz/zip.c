/* Property: whatever is unpacked as a zip, nothing appears beside its folder, and a refused one leaves no folder. */
#include "store/zip.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/folder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int entries(const char *path)
{
	DIR *dir = opendir(path);
	int n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char place[] = "/tmp/immersion-zip-XXXXXX";
	static char folder[64];
	enum zip_outcome outcome;
	struct str zip = str_make(size ? (const char *)data : "", size);
	int64_t unzipped, measured;

	if (!folder[0]) {
		if (!mkdtemp(place))
			abort();
		snprintf(folder, sizeof(folder), "%s/code", place);
	}
	outcome = zip_unpack(zip, folder, &unzipped);
	if (access(folder, F_OK) == 0 ? outcome != ZIP_GOOD : outcome == ZIP_GOOD)
		abort();
	if (outcome == ZIP_GOOD && !folder_remove(folder))
		abort();
	if (entries(place) > 2)
		abort();
	if (unzipped > (int64_t)ZIP_BYTES_MAX + (64 << 10))
		abort();
	zip_measure(zip, &measured);
	return 0;
}
