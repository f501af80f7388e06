/* Option tables: one row an option. The table is the single truth: parser,
 * -h, --help, completions and the manual check all read it. */
#ifndef CRM_OPT_H
#define CRM_OPT_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

enum crm_opt_kind {
	CRM_OPT_FLAG,	/* bool *: true, and false by --no-NAME; a row named
			 * "no-NAME" is undone by --NAME */
	CRM_OPT_COUNT,	/* int *: one more each time; 0 by --no-NAME */
	CRM_OPT_TEXT,	/* const char **: as given; NULL by --no-NAME */
	CRM_OPT_MAYBE,	/* const char **: "" by --NAME, V by --NAME=V */
	CRM_OPT_NUMBER,	/* int64_t *: decimal, not negative; with CRM_OPT_ZERO
			 * --no-NAME makes it 0, else what it was before */
	CRM_OPT_REAL,	/* double *: decimal, not negative; --no-NAME makes it,
			 * and the next three, what it was before */
	CRM_OPT_SIZE,	/* uint64_t *: bytes, "64M" "1GiB" "4096" */
	CRM_OPT_CHOICE,	/* int *: index into choices */
	CRM_OPT_SET,	/* int *: becomes `value` (modes: --pairs, --plan) */
	CRM_OPT_LIST	/* struct crm_list *: one more item; without `arg` it
			 * takes no value. Several rows may share one list, so
			 * that their order on the command line is kept;
			 * --no-NAME takes those of its own name away. */
};

enum crm_opt_flags {
	CRM_OPT_HIDDEN = 1 << 0,	/* not in help, manual or completions */
	CRM_OPT_ZERO = 1 << 1		/* NUMBER: --no-NAME is 0 */
};

struct crm_list_item {
	const char *name;	/* of the option: "sum" */
	const char *value;	/* NULL for rows without arg */
};
struct crm_list {	/* zeroed is valid and empty */
	struct crm_list_item *v;
	size_t n, cap;
};
void crm_list_release(struct crm_list *l);

struct crm_opt {
	char letter;		/* 0: none */
	const char *name;	/* long name; NULL ends the table */
	enum crm_opt_kind kind;
	const char *arg;	/* the value's name in help, "FIELD" */
	void *to;		/* where the value goes, by kind */
	const char *help;	/* N_("lower case, no full stop") */
	const char *const *choices;	/* CHOICE, or TEXT/MAYBE with fixed
					 * values: NULL-terminated */
	const char *complete;	/* what `crm complete KIND` offers: field, type,
				 * ref, stage, profile, report, tag; or file,
				 * dir; NULL: nothing */
	int value;		/* SET */
	unsigned flags;
};

/* Parses argv[1..argc) against the rows (several tables, each ended by a row
 * without name; NULL ends the list). Options may stand anywhere before "--";
 * operands are gathered in order in args (room for argc pointers, given by the
 * caller) and counted in *nargs. With stop, parsing ends at the first operand
 * and all from there on are operands, empty ones too: they are somebody else's
 * to judge. Short options cluster, "-oV", "-o V", "--opt V" and "--opt=V" are
 * the same; a value may begin with '-'; nothing is abbreviated; the last one
 * wins. USAGE: usage.option (unknown, with the nearest name), usage.value
 * (missing or wrong), usage.operand (empty). */
enum crm_status crm_opt_parse(const struct crm_opt *const *tables, int argc,
    char *const *argv, bool stop, const char **args, size_t *nargs,
    struct crm_err *err) CRM_MUST;

/* The rows as -h prints them, appended to b. */
void crm_opt_help(struct crm_buf *b, const struct crm_opt *const *tables);
/* The rows for completions and checks, one a line, TSV: letter, long name,
 * value ("" none, "?" before it when optional), choices joined by '|',
 * completion kind, help. */
void crm_opt_dump(struct crm_buf *b, const struct crm_opt *const *tables);
/* A size in bytes: digits and an optional K, M, G or T (KiB and so on, powers
 * of 1024). */
bool crm_opt_size(const char *text, uint64_t *out);

#endif
