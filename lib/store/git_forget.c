/* Forgetting: the whole history written anew. Which files go or change is
 * found by git_stale.c; a tree or commit that is replaced is dropped, everything
 * else is copied as it stands into one new pack. A note in the repository says
 * what is under way, so that a killed run is done again. */
#include "store/git_mirror.h"

#include "base/map.h"
#include "base/mem.h"
#include "store/git_scan.h"
#include "store/git_stale.h"
#include "store/git_sync.h"

enum { DEPTH = 64 };

struct made {		/* what a tree or commit became */
	struct crm_git_oid oid;
	uint64_t gone;	/* sum of what it lost, to tell lists apart */
	bool empty;	/* tree: nothing is left */
};

struct forget {
	struct crm_git_repo *repo;
	struct crm_git_pack *pack;
	struct crm_git_stale stale;	/* files that go or change */
	uint64_t *silent;		/* revisions whose reason nobody keeps */
	size_t nsilent, capsilent;	/* falling */
	struct crm_map trees, commits;	/* name -> index into made */
	struct made *made;
	size_t nmade, cap;
	struct crm_git_oid *stack;	/* commits on the way */
	size_t nstack, scap;
};

static struct crm_str
key_of(const struct crm_git_oid *oid)
{
	return (struct crm_str){ (const char *)oid->b, sizeof(oid->b) };
}

/* -- trees --------------------------------------------------------------------- */

static uint64_t
weight(struct crm_str name, const struct crm_git_oid *oid)
{
	uint64_t w;
	memcpy(&w, oid->b, sizeof(w));
	for (size_t i = 0; i < name.n; i++)
		w = w * 31 + (unsigned char)name.p[i];
	return w;
}

static size_t
note(struct forget *f, struct crm_map *m, const struct crm_git_oid *old,
    struct made made)
{
	crm_grow(&f->made, &f->cap, f->nmade + 1, sizeof(*f->made));
	f->made[f->nmade] = made;
	crm_map_put(m, key_of(old), NULL)->v.u = f->nmade;
	return f->nmade++;
}

static enum crm_status make_tree(struct forget *f,
    const struct crm_git_oid *old, int depth, size_t *out,
    struct crm_err *err);

/* Copies the entries that stay, and those that change in their new form. */
static enum crm_status
filter_tree(struct forget *f, struct crm_str rest, int depth,
    struct crm_buf *out, uint64_t *gone, struct crm_err *err)
{
	const struct crm_git_oid *to;
	struct crm_git_item i;
	enum crm_status st = CRM_OK;
	bool good = true;
	while (!st && crm_git_tree_next(&rest, &i, &good)) {
		size_t at;
		if (!i.dir && crm_git_stale_is(&f->stale, &i.oid, &to)) {
			*gone += weight(i.name, &i.oid);
			if (!to)
				continue;
			i.oid = *to;
		}
		if (i.dir) {
			st = make_tree(f, &i.oid, depth + 1, &at, err);
			if (st)
				break;
			*gone += f->made[at].gone;
			if (f->made[at].empty)
				continue;
			i.oid = f->made[at].oid;
		}
		crm_git_tree_add(out, &i);
	}
	return st || good ? st : crm_err_set(err, CRM_CORRUPT, "git.object",
	    _("a tree of the mirror is not as it was made"));
}

static enum crm_status
make_tree(struct forget *f, const struct crm_git_oid *old, int depth,
    size_t *out, struct crm_err *err)
{
	struct crm_map_entry *e = crm_map_get(&f->trees, key_of(old));
	struct crm_buf text = { 0 }, new = { 0 };
	struct made m = { .oid = *old };
	enum crm_git_kind kind;
	if (e) {
		*out = e->v.u;
		return CRM_OK;
	}
	enum crm_status st = depth > DEPTH ? crm_err_set(err, CRM_CORRUPT,
	    "git.object", _("the tree is too deep")) :
	    crm_git_repo_read(f->repo, old, &kind, &text, err);
	if (!st)
		st = filter_tree(f, crm_buf_view(&text), depth, &new, &m.gone,
		    err);
	if (!st && m.gone) {
		struct crm_git_obj o = { .kind = CRM_GIT_TREE,
			.data = crm_buf_view(&new) };
		m.empty = new.n == 0;
		if (m.empty && depth)
			crm_git_name(&o);
		else
			st = crm_git_pack_add(f->pack, &o, 1, err);
		m.oid = o.oid;
	}
	if (!st)
		*out = note(f, &f->trees, old, m);
	crm_buf_release(&text);
	crm_buf_release(&new);
	return st;
}

/* -- reasons ------------------------------------------------------------------- */

static bool
note_silent(void *ctx, const struct crm_commit *c)
{
	struct forget *f = ctx;
	if (c->why.n || c->source.n)
		return true;
	crm_grow(&f->silent, &f->capsilent, f->nsilent + 1,
	    sizeof(*f->silent));
	f->silent[f->nsilent++] = c->rev;
	return true;
}

static bool
is_silent(const struct forget *f, uint64_t rev)
{
	size_t lo = 0, hi = f->nsilent;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (f->silent[mid] > rev)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < f->nsilent && f->silent[lo] == rev;
}

/* Have the revisions of a commit no reason and no source in the journal? */
static bool
is_hushed(const struct forget *f, struct crm_str commit)
{
	struct crm_str range;
	char text[48], *end;
	if (!crm_git_trailer(commit, "Crm-Rev", &range))
		return false;
	snprintf(text, sizeof(text), "%.*s", CRM_FMT(range));
	uint64_t from = strtoull(text, &end, 10);
	uint64_t to = *end == '-' ? strtoull(end + 1, NULL, 10) : from;
	while (from < to && is_silent(f, from))
		from++;
	return from == to && is_silent(f, to);
}

/* -- commits ------------------------------------------------------------------- */

/* Its text with other names; `hushed`: without reason and source; `touched`:
 * without the id in its subject, too, which may be the person's. */
static void
edit_commit(struct forget *f, struct crm_str text,
    const struct crm_git_oid *tree, bool touched, bool hushed,
    struct crm_buf *out)
{
	struct crm_git_oid oid;
	struct crm_str line;
	char hex[41];
	bool head = true, subject = false, last;
	do {
		last = crm_str_chr(text, '\n') == text.n;
		crm_str_split(&text, '\n', &line);
		if (subject && touched) {
			crm_git_subject_bare(line, out);
			crm_buf_c(out, '\n');
			subject = false;
			continue;
		}
		subject = head && line.n == 0;
		head = head && line.n;
		if (head && crm_str_starts(line, CRM_STR("tree "))) {
			crm_git_hex(tree, hex);
			crm_buf_printf(out, "tree %s", hex);
		} else if (head && crm_str_starts(line, CRM_STR("parent ")) &&
		    crm_git_unhex(crm_str_sub(line, 7, SIZE_MAX), &oid)) {
			crm_git_hex(&f->made[crm_map_get(&f->commits,
			    key_of(&oid))->v.u].oid, hex);
			crm_buf_printf(out, "parent %s", hex);
		} else if (!head && hushed &&
		    (crm_str_starts(line, CRM_STR("Crm-Why: ")) ||
		    crm_str_starts(line, CRM_STR("Crm-Source: ")))) {
			continue;
		} else {
			crm_buf_str(out, line);
		}
		if (!last)
			crm_buf_c(out, '\n');
	} while (!last);
}

/* The parents that were not made yet go on the stack; are there any? */
static bool
push_parents(struct forget *f, struct crm_str text, size_t *first)
{
	struct crm_str line;
	bool waits = false;
	*first = SIZE_MAX;
	while (crm_str_split(&text, '\n', &line) && line.n) {
		struct crm_git_oid oid;
		if (!crm_str_starts(line, CRM_STR("parent ")) ||
		    !crm_git_unhex(crm_str_sub(line, 7, SIZE_MAX), &oid))
			continue;
		struct crm_map_entry *e = crm_map_get(&f->commits,
		    key_of(&oid));
		if (e && *first == SIZE_MAX)
			*first = e->v.u;
		if (e)
			continue;
		crm_grow(&f->stack, &f->scap, f->nstack + 1,
		    sizeof(*f->stack));
		f->stack[f->nstack++] = oid;
		waits = true;
	}
	return waits;
}

static enum crm_status
make_commit(struct forget *f, const struct crm_git_oid *old,
    struct crm_str text, size_t first, struct crm_err *err)
{
	struct crm_git_oid tree;
	struct crm_buf new = { 0 };
	struct made m = { .oid = *old };
	size_t at;
	if (!crm_git_commit_head(text, "tree", &tree))
		return crm_err_set(err, CRM_CORRUPT, "git.object",
		    _("a commit of the mirror is not as it was made"));
	enum crm_status st = make_tree(f, &tree, 0, &at, err);
	if (st)
		return st;
	m.gone = f->made[at].gone;
	bool touched = m.gone != (first == SIZE_MAX ? 0 :
	    f->made[first].gone);
	edit_commit(f, text, &f->made[at].oid, touched, touched ||
	    is_hushed(f, text), &new);
	if (!crm_str_eq(text, crm_buf_view(&new))) {
		struct crm_git_obj o = { .kind = CRM_GIT_COMMIT,
			.data = crm_buf_view(&new) };
		st = crm_git_pack_add(f->pack, &o, 1, err);
		m.oid = o.oid;
	}
	if (!st)
		note(f, &f->commits, old, m);
	crm_buf_release(&new);
	return st;
}

/* A commit and all before it, oldest first. */
static enum crm_status
make_line(struct forget *f, const struct crm_git_oid *tip,
    struct crm_err *err)
{
	struct crm_buf text = { 0 };
	enum crm_git_kind kind;
	enum crm_status st = CRM_OK;
	crm_grow(&f->stack, &f->scap, 1, sizeof(*f->stack));
	f->stack[0] = *tip;
	f->nstack = 1;
	while (f->nstack && !st) {
		struct crm_git_oid oid = f->stack[f->nstack - 1];
		size_t first;
		if (crm_map_get(&f->commits, key_of(&oid))) {
			f->nstack--;
			continue;
		}
		st = crm_git_repo_read(f->repo, &oid, &kind, &text, err);
		if (!st && kind != CRM_GIT_COMMIT)
			st = CRM_NOTFOUND;
		if (!st && !push_parents(f, crm_buf_view(&text), &first))
			st = make_commit(f, &oid, crm_buf_view(&text), first,
			    err);
	}
	crm_buf_release(&text);
	return st;
}

static enum crm_status
make_ref(void *ctx, const char *name CRM_UNUSED,
    const struct crm_git_oid *oid, struct crm_err *err)
{
	enum crm_status st = make_line(ctx, oid, err);
	return st == CRM_NOTFOUND ? CRM_OK : st;
}

static enum crm_status
move_ref(void *ctx, const char *name, const struct crm_git_oid *oid,
    struct crm_err *err)
{
	struct forget *f = ctx;
	struct crm_map_entry *e = crm_map_get(&f->commits, key_of(oid));
	/* A tag with a text of its own could name the old history. */
	if (!e)
		return crm_git_repo_unref(f->repo, name, err);
	struct crm_git_oid new = f->made[e->v.u].oid;
	return memcmp(new.b, oid->b, sizeof(new.b)) == 0 ? CRM_OK :
	    crm_git_repo_move(f->repo, name, &new, oid, err);
}

/* -- all the rest -------------------------------------------------------------- */

static bool
is_replaced(const struct made *m, const struct crm_git_oid *oid)
{
	return memcmp(m->oid.b, oid->b, sizeof(oid->b)) != 0;
}

/* Copies what stays: files that are not stale, trees and commits of the history
 * that lose nothing. What the history does not lead to any more goes, too: it
 * may be what an earlier run was killed at. */
static enum crm_status
copy_rest(struct crm_git_scan *s, const struct crm_git_oid *oid,
    enum crm_git_kind kind, const struct crm_git_entry *entry,
    struct crm_err *err)
{
	struct forget *f = s->ctx;
	struct crm_git_obj o = { .kind = kind };
	struct crm_map_entry *e = crm_map_get(kind == CRM_GIT_TREE ?
	    &f->trees : &f->commits, key_of(oid));
	const struct crm_git_oid *to;
	if (kind == CRM_GIT_BLOB ? crm_git_stale_is(&f->stale, oid, &to) :
	    !e || is_replaced(&f->made[e->v.u], oid))
		return CRM_OK;
	bool copied = false;
	enum crm_status st = entry ? crm_git_pack_copy(f->pack, entry,
	    &copied, err) : CRM_OK;
	if (st || copied)
		return st;
	st = crm_git_scan_data(s, &o.data, err);
	return st ? st : crm_git_pack_add(f->pack, &o, 1, err);
}

/* All packs but the new one, and what is loose: but what is new stays there, too,
 * because a git repack that began before the branches moved takes it out of its
 * pack. A pack that came meanwhile holds what is to go: then once more. */
static enum crm_status
drop_rest(struct forget *f, const char *new, const struct crm_git_oid *names,
    size_t nnames, struct crm_err *err)
{
	const char *dir = crm_git_repo_packs(f->repo);
	struct crm_git_packfile *p;
	size_t n;
	for (int pass = 0; pass < 2; pass++) {
		enum crm_status st = crm_git_packs_list(dir, &p, &n, err);
		for (size_t i = 0; i < n && !st; i++)
			if (strcmp(p[i].name, new) != 0 && pass)
				st = crm_err_set(err, CRM_BUSY, "git.busy",
				    _("git gc is running in the mirror"));
			else if (strcmp(p[i].name, new) != 0)
				crm_git_packs_drop(dir, &p[i], 1);
		free(p);
		if (st)
			return st;
		crm_git_packs_orphans(dir);
		crm_git_loose_drop(f->repo, names, nnames);
	}
	return CRM_OK;
}

static enum crm_status
write_anew(struct forget *f, struct crm_err *err)
{
	struct crm_git_scan rest = { .fn = copy_rest, .repo = f->repo,
		.ctx = f };
	struct crm_git_oid *names = NULL;
	char name[48];
	size_t n = 0;
	enum crm_status st = crm_git_repo_refs(f->repo, make_ref, f, err);
	if (!st)
		st = crm_git_scan_all(&rest, err);
	struct crm_git_pack *p = f->pack;
	f->pack = NULL;
	if (!st)
		names = crm_git_pack_names(p, &n);
	if (st)
		crm_git_pack_abort(p);
	else
		st = crm_git_pack_finish(p, name, err);
	if (!st)
		st = crm_git_repo_refresh(f->repo, err);
	if (!st)
		st = crm_git_repo_refs(f->repo, move_ref, f, err);
	if (!st)
		st = drop_rest(f, name, names, n, err);
	free(names);
	return st;
}

static void
release(struct forget *f)
{
	crm_git_pack_abort(f->pack);
	crm_git_repo_close(f->repo);
	crm_git_stale_release(&f->stale);
	crm_map_release(&f->trees);
	crm_map_release(&f->commits);
	free(f->made);
	free(f->stack);
	free(f->silent);
}

enum crm_status
crm_git_forget(struct crm_store *s, const char *path, const uint64_t *no,
    size_t n, uint64_t *forgotten, struct crm_err *err)
{
	struct forget f = { 0 };
	crm_git_repo_unlock(path);
	enum crm_status st = crm_git_repo_open(path, &f.repo, err);
	if (!st)
		st = crm_git_pack_new(crm_git_repo_packs(f.repo), &f.pack,
		    err);
	if (!st)
		st = crm_git_stale_find(&f.stale, s, f.repo, f.pack, no, n,
		    err);
	*forgotten += f.stale.map.n;
	if (!st)
		st = crm_store_commits(s, 0, note_silent, &f, err);
	if (!st)
		st = write_anew(&f, err);
	release(&f);
	return st;
}
