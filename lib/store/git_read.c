/* Reading a mirror's newest state back. */
#include "store/git_mirror.h"
#include "store/git_sync.h"

enum { DEPTH = 8 };
enum part { NAMED, RECORDS, FILES };

struct read {
	struct crm_git_repo *repo;
	struct crm_git_vault *vault;	/* opened when a sealed file is met */
	const char *dir;	/* of the vault */
	const struct crm_git_reader *r;
	struct crm_buf plain, line, name;
};

static enum crm_status
unseal(struct read *d, struct crm_str *text, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	if (!crm_git_is_sealed(*text))
		return CRM_OK;
	if (!d->vault)
		st = crm_git_vault_open(d->dir, false, &d->vault, err);
	crm_buf_clear(&d->plain);
	if (!st)
		st = crm_git_vault_unseal(d->vault, *text, &d->plain, err);
	*text = crm_buf_view(&d->plain);
	return st;
}

static enum crm_status
read_named(struct read *d, struct crm_str file, struct crm_str text,
    struct crm_err *err)
{
	bool plain = crm_str_ends(file, CRM_STR(".txt"));
	crm_buf_clear(&d->name);
	crm_git_named_name(crm_str_sub(file, 0, file.n < 4 ? 0 : file.n - 4),
	    &d->name);
	if (plain && text.n)
		text.n--;	/* the line feed */
	return d->r->named(d->r->ctx, crm_buf_view(&d->name), text, err);
}

static enum crm_status
read_file(struct read *d, const struct crm_git_item *i, enum part part,
    struct crm_err *err)
{
	enum crm_git_kind kind;
	struct crm_buf data = { 0 };
	uint64_t no;
	enum crm_status st = crm_git_repo_read(d->repo, &i->oid, &kind, &data,
	    err);
	struct crm_str text = crm_buf_view(&data);
	if (!st)
		st = unseal(d, &text, err);
	if (part == FILES && st == CRM_NOTFOUND) {
		st = CRM_OK;	/* its person was erased */
	} else if (!st && part == FILES) {
		st = d->r->file(d->r->ctx, text, err);
	} else if (!st && part == NAMED) {
		st = read_named(d, i->name, text, err);
	} else if (!st) {
		crm_buf_clear(&d->line);
		if (crm_git_text_read(text, &d->line, &no))
			st = d->r->record(d->r->ctx, no,
			    crm_buf_view(&d->line), err);
		else
			st = crm_err_set(err, CRM_CORRUPT, "git.record",
			    _("'%.*s' is no record's file"),
			    CRM_FMT(i->name));
	}
	crm_buf_release(&data);
	return st;
}

static bool
is_record(struct crm_str name)
{
	return crm_str_ends(name, CRM_STR(".json")) ||
	    crm_str_ends(name, CRM_STR(".sealed"));
}

/* Which part something in the root belongs to. */
static enum part
part_of(struct crm_str name)
{
	return crm_str_is(name, "store") ? NAMED :
	    crm_str_is(name, "files") ? FILES : RECORDS;
}

static enum crm_status
read_tree(struct read *d, const struct crm_git_oid *oid, int depth,
    enum part part, struct crm_err *err)
{
	enum crm_git_kind kind;
	struct crm_buf text = { 0 };
	struct crm_git_item i;
	bool good = true;
	enum crm_status st = depth > DEPTH ? crm_err_set(err, CRM_CORRUPT,
	    "git.object", _("the tree is too deep")) :
	    crm_git_repo_read(d->repo, oid, &kind, &text, err);
	struct crm_str rest = crm_buf_view(&text);
	while (!st && crm_git_tree_next(&rest, &i, &good)) {
		if (depth == 0 && part_of(i.name) != part)
			continue;
		if (i.dir)
			st = read_tree(d, &i.oid, depth + 1, part, err);
		else if (part != RECORDS || is_record(i.name))
			st = read_file(d, &i, part, err);
	}
	if (!st && (!good || kind != CRM_GIT_TREE))
		st = crm_err_set(err, CRM_CORRUPT, "git.object",
		    _("a tree of the mirror is not as it was made"));
	crm_buf_release(&text);
	return st;
}

static enum crm_status
read_head(struct crm_git_repo *r, struct crm_git_oid *tree, uint64_t *rev,
    struct crm_err *err)
{
	enum crm_git_kind kind;
	struct crm_git_oid head;
	struct crm_buf text = { 0 };
	uint64_t from;
	bool has, good = false;
	enum crm_status st = crm_git_repo_ref(r, "HEAD", &head, &has, err);
	if (!st && has)
		st = crm_git_repo_read(r, &head, &kind, &text, err);
	if (!st && has)
		good = crm_git_commit_head(crm_buf_view(&text), "tree", tree)
		    && crm_git_range(crm_buf_view(&text), "Crm-Rev", &from,
		    rev);
	crm_buf_release(&text);
	return st || good ? st : crm_err_set(err, CRM_SYSTEM, "git.head",
	    _("'%s' holds no mirror of a store"), crm_git_repo_path(r));
}

enum crm_status
crm_git_read(const char *path, const char *vault,
    const struct crm_git_reader *r, uint64_t *rev, struct crm_err *err)
{
	struct read d = { .r = r };
	struct crm_git_oid tree;
	struct crm_buf beside = { 0 };
	enum crm_status st = crm_git_repo_open(path, &d.repo, err);
	if (st)
		return st;
	/* Beside the repository, where the store has both. */
	crm_buf_printf(&beside, "%s/../vault", crm_git_repo_path(d.repo));
	d.dir = vault ? vault : crm_buf_cstr(&beside);
	st = read_head(d.repo, &tree, rev, err);
	/* A schema counts for the records behind it. */
	for (enum part p = NAMED; p <= FILES && !st; p++)
		st = read_tree(&d, &tree, 0, p, err);
	crm_git_vault_close(d.vault);
	crm_git_repo_close(d.repo);
	crm_buf_release(&beside);
	crm_buf_release(&d.plain);
	crm_buf_release(&d.line);
	crm_buf_release(&d.name);
	return st;
}
