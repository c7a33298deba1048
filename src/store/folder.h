#ifndef STORE_FOLDER_H
#define STORE_FOLDER_H

#include "base/arena.h"

/* Folders and small private files of the data folder. */

/* Make a folder with its parents (0700); true when it is there. False with a sentence in *why. */
bool folder_make(const char *path, struct arena *a, const char **why);
/* Remove a folder and all in it. False when something of it is left. */
bool folder_remove(const char *path);
/* See that what was made, renamed and removed in a folder outlasts a power cut. */
void folder_sync(const char *path);
/*
 * Write a file that only its owner may read (0600), whole or not at all. False with a sentence in *why.
 */
bool folder_write(const char *path, struct str bytes, struct arena *a, const char **why);

#endif
