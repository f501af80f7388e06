/* Following the journal: changes become files, transactions become commits.
 * Memory is bounded: texts wait in groups, the tree is dropped and read again
 * past a limit, a transaction of more than a million records is cut. */
#include "store/git_sync.h"

#include "base/mem.h"
#include "store/rec_codec.h"

enum {
	GROUP = 4096,			/* files compressed at once … */
	GROUP_BYTES = 8 << 20,		/* … or so many bytes */
	COMMIT_MAX = 1 << 20,		/* records of a commit */
	HELD_MAX = 1 << 21,		/* entries of the tree in memory */
	PUBLISH_BYTES = 64 << 20	/* of a pack, between commits */
};

/* -- where the mirror stands --------------------------------------------------- */

static void
drop_trees(struct crm_git_sync *y)
{
	crm_git_tree_free(y->tree);
	crm_git_tree_free(y->files);
	y->tree = y->files = NULL;
}

enum crm_status
crm_git_sync_begin(struct crm_git_sync *y, struct crm_err *err)
{
	enum crm_git_kind kind;
	struct crm_git_oid tree;
	uint64_t from;
	enum crm_status st = crm_git_repo_ref(y->repo, "refs/heads/main",
	    &y->head, &y->has_head, err);
	y->moved = y->head;
	y->has_moved = y->has_head;
	drop_trees(y);
	if (!st && !y->has_head)
		y->tree = crm_git_tree_new(y->repo, NULL);
	if (st || !y->has_head)
		return st;
	st = crm_git_repo_read(y->repo, &y->head, &kind, &y->text, err);
	if (st)
		return st;
	struct crm_str text = crm_buf_view(&y->text);
	if (kind != CRM_GIT_COMMIT || !crm_git_commit_head(text, "tree",
	    &tree) || !crm_git_range(text, "Crm-Seq", &from, &y->seq) ||
	    !crm_git_range(text, "Crm-Rev", &from, &y->rev))
		return crm_err_set(err, CRM_CORRUPT, "git.head",
		    _("the newest commit of the mirror is not the mirror's"
		    " own: move branch main back to one that is"));
	y->tree = crm_git_tree_new(y->repo, &tree);
	crm_buf_clear(&y->text);
	return CRM_OK;
}

/* -- files --------------------------------------------------------------------- */

enum crm_status
crm_git_sync_pack(struct crm_git_sync *y, struct crm_err *err)
{
	return y->pack ? CRM_OK : crm_git_pack_new(
	    crm_git_repo_packs(y->repo), &y->pack, err);
}

/* Compresses what waits and enters it into the tree, in order. */
static enum crm_status
flush(struct crm_git_sync *y, struct crm_err *err)
{
	size_t k = 0;
	enum crm_status st = crm_git_sync_pack(y, err);
	crm_grow(&y->obj, &y->capobj, y->nwait + 1, sizeof(*y->obj));
	for (size_t i = 0; i < y->nwait; i++)
		if (y->wait[i].to > y->wait[i].from)
			y->obj[k++] = (struct crm_git_obj){
				.kind = CRM_GIT_BLOB,
				.like = y->wait[i].like, .data = { y->text.p + y->wait[i].from,
				y->wait[i].to - y->wait[i].from } };
	if (!st)
		st = crm_git_pack_add(y->pack, y->obj, k, err);
	for (size_t i = k = 0; i < y->nwait && !st; i++) {
		const struct crm_git_put *w = &y->wait[i];
		st = crm_git_tree_put(y->tree, w->path.digits,
		    crm_str_z(w->path.name), w->to > w->from ?
		    &y->obj[k++].oid : NULL, err);
	}
	y->nwait = 0;
	crm_buf_clear(&y->text);
	return st;
}

enum crm_status
crm_git_sync_subjects(struct crm_git_sync *y, const struct crm_rec *r,
    uint64_t who[CRM_GIT_SUBJECTS], size_t *n, struct crm_err *err)
{
	*n = 0;
	if (crm_git_is_person(r->type)) {
		who[(*n)++] = r->no;
		return CRM_OK;
	}
	return crm_git_persons(y->store, r, y->row2, who, n, err);
}

static enum crm_status
add_text(struct crm_git_sync *y, const struct crm_rec *r, struct crm_str into,
    struct crm_err *err)
{
	uint64_t who[CRM_GIT_SUBJECTS];
	size_t n;
	struct crm_buf plain = { 0 };
	if (!y->vault) {
		crm_git_text_print(r, into, &y->tmp, &y->text);
		return CRM_OK;
	}
	enum crm_status st = crm_git_sync_subjects(y, r, who, &n, err);
	crm_git_text_print(r, into, &y->tmp, &plain);
	if (!st)
		st = crm_git_vault_seal(y->vault, who, n,
		    crm_buf_view(&plain), &y->text, err);
	crm_buf_release(&plain);
	return st;
}

static void
keep(struct crm_buf *b, struct crm_str s)
{
	crm_buf_clear(b);
	crm_buf_str(b, s);
}

static enum crm_status
put_record(struct crm_git_sync *y, const struct crm_rec *r,
    struct crm_str into, bool gone, struct crm_err *err)
{
	crm_grow(&y->wait, &y->capwait, y->nwait + 1, sizeof(*y->wait));
	struct crm_git_put *w = &y->wait[y->nwait++];
	crm_git_path_of(crm_rec_id(r), r->no, y->vault != NULL, &w->path);
	w->from = y->text.n;
	w->like = y->vault ? 0 : CRM_NO_TYPE(r->no) + 1u;
	enum crm_status st = gone ? CRM_OK : add_text(y, r, into, err);
	w->to = y->text.n;
	if (y->put + y->gone == 0)
		keep(&y->id, crm_rec_id(r));
	*(gone ? &y->gone : &y->put) += 1;
	y->stats->records++;
	if (!st && (y->nwait >= GROUP || y->text.n >= GROUP_BYTES))
		st = flush(y, err);
	return st;
}

/* A record as it is, with what is attached to it. */
static enum crm_status
put_live(struct crm_git_sync *y, const struct crm_rec *r,
    const struct crm_rec *before, struct crm_err *err)
{
	enum crm_status st = crm_git_files_add(y, r, before, err);
	return st ? st : put_record(y, r, CRM_STR(""), false, err);
}

/* A record that is not live: merged ones stay and say into whom. */
static enum crm_status
put_absent(struct crm_git_sync *y, uint64_t rev, uint64_t no,
    const struct crm_rec *before, struct crm_err *err)
{
	struct crm_key k = { .by = CRM_BY_NO, .no = no };
	enum crm_status st = crm_store_get(y->store, rev, &k, 1, y->row,
	    NULL, err);
	const struct crm_rec *r = st ? NULL : crm_batch_row(y->row, 0);
	if (st)
		return st;
	if (!r->line.n || r->state != CRM_MERGED)
		return before ? put_record(y, before, CRM_STR(""), true, err) :
		    CRM_OK;
	k.no = r->into;
	st = crm_store_get(y->store, rev, &k, 1, y->row2, NULL, err);
	if (st)
		return st;
	crm_buf_clear(&y->name);
	if (crm_batch_row(y->row2, 0)->line.n)
		crm_buf_str(&y->name, crm_rec_id(crm_batch_row(y->row2, 0)));
	st = crm_git_files_add(y, r, before, err);
	return st ? st : put_record(y, r, crm_buf_view(&y->name), false, err);
}

/* -- commits ------------------------------------------------------------------- */

/* What was done, where the program's name does not say it. */
static struct crm_str
op_name(const struct crm_git_sync *y)
{
	static const char *const told[] = { "undo", "unmerge", "restore",
		"erase" };
	for (size_t i = 0; y->op && i < CRM_LEN(told); i++)
		if (strcmp(y->op, told[i]) == 0)
			return crm_str_z(told[i]);
	return CRM_STR("");
}

/* Ends the commit that is being gathered; it covers the revisions up to
 * `to`. */
static enum crm_status
close_commit(struct crm_git_sync *y, uint64_t to, struct crm_err *err)
{
	struct crm_git_oid tree;
	struct crm_buf text = { 0 };
	enum crm_status st = flush(y, err);
	if (!st)
		st = crm_git_files_write(y, err);
	if (!st)
		st = crm_git_tree_write(y->tree, y->pack, &tree, err);
	struct crm_git_commit c = { .seq = y->seq + 1, .from = to > y->rev ?
		y->rev + 1 : to, .to = to, .txn = y->txn, .at = y->at,
		.put = y->put, .gone = y->gone,
		.actor = crm_buf_view(&y->actor),
		.program = crm_buf_view(&y->program),
		.why = crm_buf_view(&y->why),
		.op = op_name(y), .id = crm_buf_view(&y->id),
		.source = crm_buf_view(&y->source),
		.tree = &tree, .parent = y->has_head ? &y->head : NULL,
		.sealed = y->vault != NULL };
	if (!st) {
		crm_git_commit_print(&c, &text);
		struct crm_git_obj o = { .kind = CRM_GIT_COMMIT,
			.data = crm_buf_view(&text) };
		st = crm_git_pack_add(y->pack, &o, 1, err);
		y->head = o.oid;
	}
	crm_buf_release(&text);
	y->has_head = true;
	y->seq++;
	y->rev = to;
	y->open = false;
	y->put = y->gone = 0;
	y->stats->commits++;
	if (!st && (crm_git_pack_bytes(y->pack) > PUBLISH_BYTES ||
	    crm_git_tree_held(y->tree) > HELD_MAX)) {
		st = crm_git_sync_publish(y, err);
		if (!st)
			st = crm_git_sync_begin(y, err);
	}
	return st;
}

static void
open_commit(struct crm_git_sync *y, const struct crm_commit *c)
{
	y->open = true;
	y->txn = c->txn;
	y->at = c->at;
	y->op = NULL;
	crm_buf_clear(&y->id);
	keep(&y->actor, c->actor);
	keep(&y->program, c->program);
	keep(&y->why, c->why);
	keep(&y->source, c->source);
}

/* Sealed files go now, plain ones when the history is written anew. A mirror
 * that is just being made never had them: the journal does not tell them. */
static void
note_erased(struct crm_git_sync *y, uint64_t no)
{
	if (y->fresh && !y->vault)
		return;
	for (size_t i = y->nerased; i-- > 0 && i + 64 > y->nerased;)
		if (y->erased[i] == no)
			return;
	crm_grow(&y->erased, &y->caperased, y->nerased + 1,
	    sizeof(*y->erased));
	y->erased[y->nerased++] = no;
	y->gone++;
	if (!y->vault)
		return;
	crm_grow(&y->wait, &y->capwait, y->nwait + 1, sizeof(*y->wait));
	struct crm_git_put *w = &y->wait[y->nwait++];
	crm_git_path_of(CRM_STR(""), no, true, &w->path);
	w->from = w->to = y->text.n;
}

static bool
take_change(void *ctx, const struct crm_change *c)
{
	struct crm_git_sync *y = ctx;
	enum crm_status st = CRM_OK;
	if (y->open && (c->commit->txn != y->txn ||
	    y->put + y->gone >= COMMIT_MAX) && c->commit->rev > y->last)
		st = close_commit(y, c->commit->rev - 1, y->err);
	if (!st && !y->open)
		open_commit(y, c->commit);
	y->last = c->commit->rev;
	y->op = !y->op || strcmp(y->op, c->op) == 0 ? c->op : "";
	if (!st && strcmp(c->op, "erase") == 0)
		note_erased(y, c->no);
	else if (!st && c->after)
		st = put_live(y, c->after, c->before, y->err);
	else if (!st)
		st = put_absent(y, c->commit->rev, c->no, c->before, y->err);
	y->st = st;
	return !st;
}

/* Whose the newest commit not after `last` is, for one without changes. */
static bool
stamp(void *ctx, const struct crm_commit *c)
{
	struct crm_git_sync *y = ctx;
	if (c->rev > y->last)
		return true;
	open_commit(y, c);
	y->open = false;
	return false;
}

/* -- all of it ----------------------------------------------------------------- */

/* The state at a revision before which the journal knows nothing: one commit
 * from an empty tree. */
static enum crm_status
snapshot(struct crm_git_sync *y, uint64_t rev, struct crm_err *err)
{
	struct crm_select sel = { .dead = true, .scan = true };
	struct crm_batch *rows = crm_batch_new();
	struct crm_cursor *c = NULL;
	drop_trees(y);
	y->tree = crm_git_tree_new(y->repo, NULL);
	y->last = rev;
	enum crm_status st = crm_store_commits(y->store, 0, stamp, y, err);
	open_commit(y, &(struct crm_commit){ .at = y->at,
		.program = CRM_STR("crm-history"),
		.why = CRM_STR("the journal begins here") });
	if (!st)
		st = crm_store_select(y->store, rev, &sel, &c, err);
	while (!st && (st = crm_cursor_next(c, rows, err)) == CRM_OK)
		for (size_t i = 0; i < crm_batch_len(rows) && !st; i++) {
			const struct crm_rec *r = crm_batch_row(rows, i);
			if (r->state == CRM_LIVE)
				st = put_live(y, r, NULL, err);
			else if (r->state == CRM_MERGED)
				st = put_absent(y, rev, r->no, NULL, err);
		}
	crm_cursor_close(c);
	crm_batch_free(rows);
	return st && st != CRM_NOTFOUND ? st : close_commit(y, rev, err);
}

enum crm_status
crm_git_sync_run(struct crm_git_sync *y, uint64_t upto, struct crm_err *err)
{
	struct crm_info info;
	bool named = false;
	enum crm_status st = crm_store_info(y->store, &info, err);
	y->err = err;
	if (!st)
		st = crm_git_files_begin(y, err);
	if (!st && info.horizon > y->rev)
		st = snapshot(y, info.horizon, err);
	if (!st) {
		y->last = y->rev;
		st = crm_store_changes(y->store, y->rev, upto, 0, take_change,
		    y, err);
	}
	if (!st)
		st = y->st;
	if (!st)
		st = crm_git_named_write(y, &named, err);
	if (!st)
		st = crm_git_files_fill(y, upto, err);
	bool more = y->open || named || y->files_changed || upto > y->rev ||
	    !y->has_head;
	y->last = UINT64_MAX;
	if (!st && more && !y->open)
		st = crm_store_commits(y->store, 0, stamp, y, err);
	if (!st && more && upto == y->rev && !y->open) {
		/* Settings have no revision of their own. */
		open_commit(y, &(struct crm_commit){
			.at = y->at ? y->at : y->opts->now,
			.program = CRM_STR("crm config: settings") });
	}
	if (!st && more)
		st = close_commit(y, upto, err);
	if (!st)
		st = crm_git_sync_publish(y, err);
	return st ? st : crm_git_files_end(y, err);
}

enum crm_status
crm_git_sync_publish(struct crm_git_sync *y, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	if (y->vault)
		st = crm_git_vault_sync(y->vault, err);
	/* Before the branch says that the erasure was seen. */
	if (!st && y->nerased)
		st = crm_git_mark(crm_git_repo_path(y->repo), y->erased,
		    y->nerased, err);
	if (!st && y->pack) {
		struct crm_git_pack *p = y->pack;
		y->pack = NULL;
		st = crm_git_pack_finish(p, NULL, err);
	}
	if (!st)
		st = crm_git_repo_refresh(y->repo, err);
	if (!st && y->has_head && (!y->has_moved ||
	    memcmp(y->head.b, y->moved.b, 20) != 0))
		st = crm_git_repo_move(y->repo, "refs/heads/main", &y->head,
		    y->has_moved ? &y->moved : NULL, err);
	if (!st) {
		y->moved = y->head;
		y->has_moved = y->has_head;
		y->stats->rev = y->rev;
	}
	return st;
}

void
crm_git_sync_release(struct crm_git_sync *y)
{
	crm_git_pack_abort(y->pack);
	drop_trees(y);
	crm_git_vault_close(y->vault);
	crm_git_repo_close(y->repo);
	crm_batch_free(y->row);
	crm_batch_free(y->row2);
	crm_buf_release(&y->actor);
	crm_buf_release(&y->program);
	crm_buf_release(&y->why);
	crm_buf_release(&y->source);
	crm_buf_release(&y->id);
	crm_buf_release(&y->text);
	crm_buf_release(&y->tmp);
	crm_buf_release(&y->name);
	free(y->wait);
	free(y->obj);
	free(y->erased);
}
