#ifndef BASE_FILES_H
#define BASE_FILES_H

#include "base/arena.h"

/*
 * files: a read-only tree of files, either built into the binary or a folder on disk.
 *
 * Hidden files and folders (".git"), editors' copies ("x~") and node_modules are not part of a tree.
 *
 * The binary carries the trees "labs", "content" and "assets"; `--labs DIR` puts a folder in one's
 * place. Paths are relative, with slashes, without "." or ".." parts: "web-app/checks.yaml". Safe from any thread.
 */
struct files;

/* A built-in tree by name. Static; never freed. */
struct files *files_builtin(const char *name);
/* A folder; NULL with a sentence in *why when it cannot be read. Links that lead outside are not followed. */
struct files *files_folder(const char *path, struct arena *a, const char **why);
void files_free(struct files *f);

/* The bytes of a file; absent when there is none. Built-in bytes are static, others in the arena. */
struct str files_read(struct files *f, struct arena *a, struct str path);
/* Paths below `under` ("" for all), sorted by bytes, recursively; *count entries in the arena. */
struct str *files_list(struct files *f, struct arena *a, struct str under, size_t *count);
/*
 * A number that changes when anything in the tree changes. Built-in trees never change; a folder is
 * looked at again at most every 100 ms. Compare it to know whether what was made from the tree still holds.
 */
uint64_t files_version(struct files *f);
/* How messages call this tree: the folder's path, or "labs (built in)". */
const char *files_name(const struct files *f);

#endif
