/* What stands in the mirror: where a record lies, how its file looks, what a
 * commit says. crm-mirror(7) describes it for users. */
#ifndef CRM_GIT_TEXT_H
#define CRM_GIT_TEXT_H

#include "base/base.h"
#include "base/buf.h"
#include "model/record.h"
#include "store/git_pack.h"
#include "store/store.h"

struct crm_git_path {
	uint8_t digits[4];
	char name[160];
};
/* Where the record lies: digits of its id's SHA-256, then the id; sealed: both
 * of its number, as a given id may say who it is. */
void crm_git_path_of(struct crm_str id, uint64_t no, bool sealed,
    struct crm_git_path *out);
/* "3/a/0/f/01J9....json". */
void crm_git_path_print(const struct crm_git_path *p, struct crm_buf *out);

/* A number as "TYPE-SEQUENCE", and back (false for what is none). */
void crm_git_no_print(struct crm_buf *out, uint64_t no);
bool crm_git_no_read(struct crm_str text, uint64_t *no);

/* Appends the record's file: its line, one field a line, with `_into` (of a
 * merged one: the survivor's id, "" where that is nowhere) and `_no`, its number,
 * at the end. */
void crm_git_text_print(const struct crm_rec *r, struct crm_str into,
    struct crm_buf *tmp, struct crm_buf *out);
/* A record's file as one line without `_no`; false for what is no such file. */
bool crm_git_text_read(struct crm_str text, struct crm_buf *line,
    uint64_t *no);
/* The same without `rev` and `_into`: the line as it lies in the store, with
 * the revision beside it. */
bool crm_git_text_bare(struct crm_str text, struct crm_buf *line, uint64_t *no,
    uint64_t *rev);
/* The number in a record's file; false where the bytes are none. Quick. */
bool crm_git_text_no(struct crm_str text, uint64_t *no);

/* What a commit of the mirror stands for. */
struct crm_git_commit {
	uint64_t seq, from, to, txn;	/* revisions from..to */
	int64_t at;
	uint64_t put, gone;	/* records written, removed */
	struct crm_str actor, program, why, source;
	struct crm_str op;	/* "undo" and its like, "" for what the program
				 * says itself */
	struct crm_str id;	/* of the record, where it is one */
	const struct crm_git_oid *tree, *parent;	/* parent NULL: none */
	bool sealed;		/* say nothing that may name a person */
};
void crm_git_commit_print(const struct crm_git_commit *c, struct crm_buf *out);
/* Appends a commit's subject without the id that it may name. */
void crm_git_subject_bare(struct crm_str subject, struct crm_buf *out);
/* A trailer of a commit object ("Crm-Rev"); false where it has none. */
bool crm_git_trailer(struct crm_str commit, const char *key,
    struct crm_str *out);
/* A trailer that counts ("Crm-Rev: 3", "Crm-Rev: 3-7"), its first number and
 * its last. */
bool crm_git_range(struct crm_str commit, const char *key, uint64_t *from,
    uint64_t *to);
/* A member of a commit object's head ("tree"). */
bool crm_git_commit_head(struct crm_str commit, const char *key,
    struct crm_git_oid *out);

#endif
