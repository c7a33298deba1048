#ifndef CLOUD_AMPLIFY_WORK_H
#define CLOUD_AMPLIFY_WORK_H

#include "git/git.h"

/*
 * What is done to the files of a deployment, on git's threads: no rows, no account, paths only. The input is an object
 * of paths and texts; what goes wrong stands in the log of its step, and in the job's error. Whatever makes a site also
 * looks at "rules" (customRules): the log names those that do nothing here.
 */

/*
 * A commit's files to DEPLOYMENT/source. In: "folder" (of the deployment), "repository" (a bare one), "commit" (a
 * branch or commit), "spec" (used when the repository has none; may be missing), "root" (of the app in a monorepo).
 * Out: "commitId", "commitMessage", "commitTime", "spec" (the text that counts), "headers" (of customHttp.yml), and
 * "commands", whether there are any. When there are none the site is made at once.
 */
void work_prepare(struct git_work *w);
/* An uploaded zip, or single files, to a site. In: "folder", "files" (true: single ones). */
void work_unpack(struct git_work *w);
/* What a build left in DEPLOYMENT/built.zip to a site. In: "folder", "spec", "root". */
void work_collect(struct git_work *w);

/* What `failed` is set to: the sentence is for the attendee. */
extern const char work_failed[];

#endif
