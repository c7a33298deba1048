#ifndef CLOUD_CODECOMMIT_INSIDE_H
#define CLOUD_CODECOMMIT_INSIDE_H

#include "aws/dispatch.h"
#include "git/git.h"

/* What the files of this room share. */

/* A repository's row. Its objects are in git_folder() of its id, made when they are first needed. */
struct repository {
	struct str id, name, description, default_branch, kms_key; /* absent where not set */
	struct str triggers;                                       /* JSON, an array */
	struct str configuration; /* the id of the last PutRepositoryTriggers, or absent */
	struct json_object *tags;
	int64_t created_at, updated_at;
};

/* --- repositories.c ------------------------------------------------------------- */

/* The repository called so; false when there is none. */
bool repository_find(struct op *op, struct str name, struct repository *out);
/* The one that a member names; false with the error set, as AWS has it for missing, malformed and unknown names. */
bool repository_named(struct op *op, const char *member, struct repository *out);
/* False with RepositoryNameRequiredException or InvalidRepositoryNameException set. */
bool repository_name_check(struct op *op, struct str name);
struct str repository_arn(struct op *op, struct str name);
/* Something happened in it: its date, and its default branch when it had none. */
void repository_touch(struct op *op, const struct repository *r, struct str head);

/* --- run.c ------------------------------------------------------------------------- */

/*
 * Carry `work` out on one of git's threads, with op->in (and "now", "caller" of the operation) as its input; the
 * operation waits and is run again from its start. DONE: op->out is what the work filled in. FAILED: with its error.
 */
enum outcome repository_run(struct op *op, const struct repository *r, git_work *work);
/* The same with an input of one's own, and the answer as it is. */
enum outcome repository_ask(struct op *op, const struct repository *r, git_work *work,
			    struct json_object *in, int input_fd, struct git_answer *answer);
/*
 * What moves references: before it runs a look is promised, so that a crash loses no event; afterwards it comes at
 * once. `out` members "head" (the default branch, once there is one) are taken out of the answer.
 */
enum outcome repository_change(struct op *op, const struct repository *r, git_work *work);
void repository_will_change(struct op *op, const struct repository *r);
void repository_changed(struct op *op, const struct repository *r, struct json_object *out);

/* --- on git's threads: work.c --------------------------------------------------------- */

/* A member of what the work was given; absent when it is not there or empty. */
struct str work_str(const struct git_work *w, const char *name);
/* The folder exists when this returns true; else the work has failed. */
bool work_open(struct git_work *w);
/* The commit that a specifier stands for; absent (and failed, with CommitRequired... of AWS) when there is none. */
struct str work_commit(struct git_work *w, struct str specifier);
/* A path as CodeCommit takes it, without slashes around it; absent (and failed) when it is none. */
struct str work_path(struct git_work *w, struct str given);
/* HEAD points to a branch that exists, if there is any; its name goes to "head" of the answer. */
void work_settle_head(struct git_work *w);
/* A commit as the API answers it. */
void work_print_commit(struct json_object *out, const struct git_commit *c);
/* "NORMAL", "EXECUTABLE" or "SYMLINK" for a mode, and back; NULL for others. */
const char *work_mode_name(struct str mode);
const char *work_mode_of(struct str name);
/*
 * Move the branch "targetBranch" from what "destinationCommitSpecifier" means to "sourceCommitSpecifier", which must be
 * "tip" when that is given.
 */
void work_fast_forward(struct git_work *w);
/* The same by a commit of one's own: with one parent, the destination, or with both. merge.c */
void work_squash(struct git_work *w);
void work_three_way(struct git_work *w);
enum { WORK_PARENTS_MAX = 2 };
/*
 * Write a commit by who "callerName" or the member `name_member` says, with "email", "now" and "commitMessage" or else
 * `message`; its name, or absent and failed. write.c
 */
struct str work_write_commit(struct git_work *w, struct str tree, const struct str *parents,
			     size_t parent_count, const char *name_member, const char *message);
/* Are the author's name and the message no longer than they may be? */
bool work_author_good(struct git_work *w, const char *name_member);
/* Where a page of a list begins by its token, and the token of the next: plain numbers. False: the token is none. */
bool work_page(struct git_work *w, struct str token, int64_t *from);

/* --- triggers.c -------------------------------------------------------------------------- */

/* Look what has moved since the last look, and tell those who want to know. */
extern const struct job_kind codecommit_jobs[];
enum { CODECOMMIT_LOOK, CODECOMMIT_DROP };

/* One reference that is elsewhere than at the last look; absent: it did not exist, it does not any more. */
struct reference_move {
	struct str ref, before, after;
};

/* --- sites.c ------------------------------------------------------------------------------ */

/* Hosted sites that are made of the repository follow its branches. */
void sites_follow(struct op *op, const struct repository *r, const struct reference_move *m);

/* --- smart.c: git's own protocol ----------------------------------------------------------- */

/* The one operation of it, raw. */
extern const struct operation codecommit_git;
/* struct service's account_of: by the user name that git sends. */
bool codecommit_account_of(struct op *op, char account[static 13]);
/* struct service's serves: is this a path of git's below /v1/repos/? */
const struct operation *codecommit_serves(const struct raw_request *raw);

/* --- operations, named as AWS names them; the table is in codecommit.c ------------------------ */
enum outcome cc_batch_get_commits(struct op *op);
enum outcome cc_batch_get_repositories(struct op *op);
enum outcome cc_create_branch(struct op *op);
enum outcome cc_create_commit(struct op *op);
enum outcome cc_create_pull_request(struct op *op);
enum outcome cc_create_repository(struct op *op);
enum outcome cc_delete_branch(struct op *op);
enum outcome cc_delete_file(struct op *op);
enum outcome cc_delete_repository(struct op *op);
enum outcome cc_get_blob(struct op *op);
enum outcome cc_get_branch(struct op *op);
enum outcome cc_get_commit(struct op *op);
enum outcome cc_get_differences(struct op *op);
enum outcome cc_get_file(struct op *op);
enum outcome cc_get_folder(struct op *op);
enum outcome cc_get_merge_commit(struct op *op);
enum outcome cc_get_merge_conflicts(struct op *op);
enum outcome cc_get_merge_options(struct op *op);
enum outcome cc_get_pull_request(struct op *op);
enum outcome cc_get_repository(struct op *op);
enum outcome cc_get_repository_triggers(struct op *op);
enum outcome cc_list_branches(struct op *op);
enum outcome cc_list_file_commit_history(struct op *op);
enum outcome cc_list_pull_requests(struct op *op);
enum outcome cc_list_repositories(struct op *op);
enum outcome cc_list_tags(struct op *op);
enum outcome cc_merge_branches_by_fast_forward(struct op *op);
enum outcome cc_merge_branches_by_squash(struct op *op);
enum outcome cc_merge_branches_by_three_way(struct op *op);
enum outcome cc_merge_pull_request_by_fast_forward(struct op *op);
enum outcome cc_merge_pull_request_by_squash(struct op *op);
enum outcome cc_merge_pull_request_by_three_way(struct op *op);
enum outcome cc_put_file(struct op *op);
enum outcome cc_put_repository_triggers(struct op *op);
enum outcome cc_tag_resource(struct op *op);
enum outcome cc_test_repository_triggers(struct op *op);
enum outcome cc_untag_resource(struct op *op);
enum outcome cc_update_default_branch(struct op *op);
enum outcome cc_update_pull_request_description(struct op *op);
enum outcome cc_update_pull_request_status(struct op *op);
enum outcome cc_update_pull_request_title(struct op *op);
enum outcome cc_update_repository_description(struct op *op);
enum outcome cc_update_repository_name(struct op *op);

/* --- errors: all of them 400, in the words of the API reference -------------------------------- */

#define CODECOMMIT_ERRORS(X)                                                                       \
	X(BlobIdDoesNotExistException)                                                             \
	X(BlobIdRequiredException)                                                                 \
	X(BranchDoesNotExistException)                                                             \
	X(BranchNameExistsException)                                                               \
	X(BranchNameRequiredException)                                                             \
	X(CommitDoesNotExistException)                                                             \
	X(CommitIdDoesNotExistException)                                                           \
	X(CommitIdRequiredException)                                                               \
	X(CommitIdsLimitExceededException)                                                         \
	X(CommitIdsListRequiredException)                                                          \
	X(CommitMessageLengthExceededException)                                                    \
	X(CommitRequiredException)                                                                 \
	X(ConcurrentReferenceUpdateException)                                                      \
	X(DefaultBranchCannotBeDeletedException)                                                   \
	X(DirectoryNameConflictsWithFileNameException)                                             \
	X(FileContentAndSourceFileSpecifiedException)                                              \
	X(FileContentRequiredException)                                                            \
	X(FileContentSizeLimitExceededException)                                                   \
	X(FileDoesNotExistException)                                                               \
	X(FileEntryRequiredException)                                                              \
	X(FileModeRequiredException)                                                               \
	X(FileNameConflictsWithDirectoryNameException)                                             \
	X(FileTooLargeException)                                                                   \
	X(FolderContentSizeLimitExceededException)                                                 \
	X(FolderDoesNotExistException)                                                             \
	X(InvalidBlobIdException)                                                                  \
	X(InvalidBranchNameException)                                                              \
	X(InvalidCommitException)                                                                  \
	X(InvalidCommitIdException)                                                                \
	X(InvalidConflictDetailLevelException)                                                     \
	X(InvalidConflictResolutionStrategyException)                                              \
	X(InvalidContinuationTokenException)                                                       \
	X(InvalidDescriptionException)                                                             \
	X(InvalidFileModeException)                                                                \
	X(InvalidMaxResultsException)                                                              \
	X(InvalidMergeOptionException)                                                             \
	X(InvalidOrderException)                                                                   \
	X(InvalidParentCommitIdException)                                                          \
	X(InvalidPathException)                                                                    \
	X(InvalidPullRequestIdException)                                                           \
	X(InvalidPullRequestStatusException)                                                       \
	X(InvalidPullRequestStatusUpdateException)                                                 \
	X(InvalidRepositoryDescriptionException)                                                   \
	X(InvalidRepositoryNameException)                                                          \
	X(InvalidRepositoryTriggerBranchNameException)                                             \
	X(InvalidRepositoryTriggerDestinationArnException)                                         \
	X(InvalidRepositoryTriggerEventsException)                                                 \
	X(InvalidRepositoryTriggerNameException)                                                   \
	X(InvalidRepositoryTriggerRegionException)                                                 \
	X(InvalidResourceArnException)                                                             \
	X(InvalidSortByException)                                                                  \
	X(InvalidSystemTagUsageException)                                                          \
	X(InvalidTagsMapException)                                                                 \
	X(InvalidTargetException)                                                                  \
	X(InvalidTitleException)                                                                   \
	X(ManualMergeRequiredException)                                                            \
	X(MaximumBranchesExceededException)                                                        \
	X(MaximumFileEntriesExceededException)                                                     \
	X(MaximumRepositoryNamesExceededException)                                                 \
	X(MaximumRepositoryTriggersExceededException)                                              \
	X(MergeOptionRequiredException)                                                            \
	X(NameLengthExceededException)                                                             \
	X(NoChangeException)                                                                       \
	X(ParentCommitDoesNotExistException)                                                       \
	X(ParentCommitIdOutdatedException)                                                         \
	X(ParentCommitIdRequiredException)                                                         \
	X(PathDoesNotExistException)                                                               \
	X(PathRequiredException)                                                                   \
	X(PullRequestAlreadyClosedException)                                                       \
	X(PullRequestDoesNotExistException)                                                        \
	X(PullRequestIdRequiredException)                                                          \
	X(PullRequestStatusRequiredException)                                                      \
	X(ReferenceDoesNotExistException)                                                          \
	X(ReferenceNameRequiredException)                                                          \
	X(RepositoryDoesNotExistException)                                                         \
	X(RepositoryLimitExceededException)                                                        \
	X(RepositoryNameExistsException)                                                           \
	X(RepositoryNameRequiredException)                                                         \
	X(RepositoryNamesRequiredException)                                                        \
	X(RepositoryNotAssociatedWithPullRequestException)                                         \
	X(RepositoryTriggerBranchNameListRequiredException)                                        \
	X(RepositoryTriggerDestinationArnRequiredException)                                        \
	X(RepositoryTriggerEventsListRequiredException)                                            \
	X(RepositoryTriggerNameRequiredException)                                                  \
	X(RepositoryTriggersListRequiredException)                                                 \
	X(ResourceArnRequiredException)                                                            \
	X(SameFileContentException)                                                                \
	X(SamePathRequestException)                                                                \
	X(SourceAndDestinationAreSameException)                                                    \
	X(SourceFileOrContentRequiredException)                                                    \
	X(TagKeysListRequiredException)                                                            \
	X(TagsMapRequiredException)                                                                \
	X(TargetsRequiredException)                                                                \
	X(TipOfSourceReferenceIsDifferentException)                                                \
	X(TitleRequiredException)                                                                  \
	X(TooManyTagsException)

#define CODECOMMIT_DECLARE(name) extern const struct aws_error name;
CODECOMMIT_ERRORS(CODECOMMIT_DECLARE)
#undef CODECOMMIT_DECLARE

#endif
