/* A file is as it should be when the store holds its text for that record, in
 * the present or in an earlier image. Else it is made anew from the revision it
 * names; where the journal does not reach back so far, it goes if it names
 * somebody who was erased. */
#include "store/git_stale.h"

#include <sys/random.h>

#include "base/hash.h"
#include "base/mem.h"
#include "model/attachment.h"
#include "store/git_scan.h"
#include "store/git_text.h"

enum { LONG_NAME = 8 };	/* shorter ones may be anybody's */

struct file {
	struct crm_git_oid oid;
	char hex[CRM_SHA256_HEX + 1];
};

struct find {
	struct crm_git_stale *out;
	struct crm_store *store;
	struct crm_git_pack *pack;
	uint64_t *erased;	/* sorted numbers */
	size_t nerased;
	uint8_t key[16];
	uint64_t *good;		/* sorted hashes of the store's texts */
	size_t ngood, capgood;
	struct crm_map names;	/* of those erased: ids, addresses, names */
	struct crm_map refs;	/* SHA-256 of files that what stays names */
	struct crm_map left;	/* of those that what goes or changes named */
	struct file *file;	/* blobs that are no records */
	size_t nfile, capfile;
	struct crm_git_oid *old;	/* older than the journal */
	size_t nold, capold;
	struct crm_git_oid *said;	/* of two records: that they differ */
	size_t nsaid, capsaid;
	struct crm_batch *row, *row2;
	struct crm_buf line, tmp, text;
};

static int
by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static bool
has(const uint64_t *v, size_t n, uint64_t x)
{
	return n && bsearch(&x, v, n, sizeof(x), by_value);
}

static uint64_t
hash_text(const struct find *f, uint64_t no, struct crm_str line)
{
	return crm_siphash(f->key, line.p, line.n) ^ no * 0x9e3779b97f4a7c15;
}

static void
note_file(void *ctx, struct crm_str hex)
{
	crm_map_put(ctx, hex, NULL);
}

static bool
note_text(void *ctx, const struct crm_text *x)
{
	struct find *f = ctx;
	crm_grow(&f->good, &f->capgood, f->ngood + 1, sizeof(*f->good));
	f->good[f->ngood++] = hash_text(f, x->rec->no, x->rec->line);
	crm_attachments_each(x->rec->line, note_file, &f->refs);
	return true;
}

static struct crm_map_entry *
add(struct find *f, const struct crm_git_oid *oid)
{
	return crm_map_put(&f->out->map, (struct crm_str){
	    (const char *)oid->b, sizeof(oid->b) }, NULL);
}

/* Strings by which an old file may name an erased person. */
static void
note_names(struct find *f, struct crm_str line)
{
	static const char *const keys[] = { "id", "name", "emails", "phones" };
	struct crm_str val, key, v;
	for (size_t i = 0; i < CRM_LEN(keys); i++) {
		if (!crm_json_get(line, crm_str_z(keys[i]), &val))
			continue;
		if (crm_json_is_string(val) && (i == 0 ||
		    val.n >= LONG_NAME))
			crm_map_put(&f->names, i == 0 ? val :
			    crm_json_inner(val), NULL);
		struct crm_json_iter it = crm_json_iter(val);
		while (crm_json_next(&it, &key, &v))
			if (crm_json_is_string(v) && v.n >= LONG_NAME)
				crm_map_put(&f->names, crm_json_inner(v),
				    NULL);
	}
}

/* The file as it would be written today for that revision. */
static enum crm_status
make_anew(struct find *f, const struct crm_git_oid *oid, uint64_t no,
    uint64_t rev, struct crm_err *err)
{
	struct crm_key k = { .by = CRM_BY_NO, .no = no };
	struct crm_git_obj o = { .kind = CRM_GIT_BLOB };
	struct crm_str into = { 0 };
	enum crm_status st = crm_store_get(f->store, rev, &k, 1, f->row, NULL,
	    err);
	const struct crm_rec *r = st ? NULL : crm_batch_row(f->row, 0);
	if (!st && !r->line.n)
		st = CRM_NOTFOUND;
	if (!st && r->state == CRM_MERGED) {
		k.no = r->into;
		st = crm_store_get(f->store, rev, &k, 1, f->row2, NULL, err);
		if (!st)
			into = crm_rec_id(crm_batch_row(f->row2, 0));
	}
	if (st)
		return st;
	crm_buf_clear(&f->text);
	crm_git_text_print(r, into, &f->tmp, &f->text);
	o.data = crm_buf_view(&f->text);
	st = crm_git_pack_add(f->pack, &o, 1, err);
	if (!st && memcmp(o.oid.b, oid->b, sizeof(oid->b)) != 0) {
		struct crm_git_stale *out = f->out;
		crm_grow(&out->to, &out->cap, out->n + 1, sizeof(*out->to));
		out->to[out->n++] = o.oid;
		add(f, oid)->v.u = out->n;
	}
	return st;
}

/* Perhaps an attached one. */
static void
add_file(struct find *f, const struct crm_git_oid *oid, struct crm_str data)
{
	crm_buf_clear(&f->line);
	crm_grow(&f->file, &f->capfile, f->nfile + 1, sizeof(*f->file));
	f->file[f->nfile].oid = *oid;
	crm_sha256_hex(data.p, data.n, f->file[f->nfile++].hex);
}

static bool
is_named(const struct find *f, struct crm_str text)
{
	for (size_t i = 0; i < f->names.n; i++)
		if (memmem(text.p, text.n, f->names.e[i].key.p,
		    f->names.e[i].key.n))
			return true;
	return false;
}

/* What was ruled about somebody who is gone. */
static enum crm_status
look_said(struct find *f, struct crm_git_repo *r, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	enum crm_git_kind kind;
	for (size_t i = 0; i < f->nsaid && !st; i++) {
		st = crm_git_repo_read(r, &f->said[i], &kind, &f->text, err);
		if (!st && is_named(f, crm_buf_view(&f->text)))
			add(f, &f->said[i])->v.u = 0;
	}
	return st;
}

/* What only those named that go or change goes, too. */
static void
drop_files(struct find *f)
{
	for (size_t i = 0; i < f->nfile; i++) {
		struct crm_str hex = crm_str_z(f->file[i].hex);
		if (crm_map_get(&f->left, hex) && !crm_map_get(&f->refs, hex))
			add(f, &f->file[i].oid)->v.u = 0;
	}
}

static enum crm_status
look(struct crm_git_scan *s, const struct crm_git_oid *oid,
    enum crm_git_kind kind, const struct crm_git_entry *e CRM_UNUSED,
    struct crm_err *err)
{
	struct find *f = s->ctx;
	struct crm_str data;
	uint64_t no, rev;
	if (kind != CRM_GIT_BLOB)
		return CRM_OK;
	enum crm_status st = crm_git_scan_data(s, &data, err);
	crm_buf_clear(&f->line);
	if (!st && crm_str_starts(data, CRM_STR("{\"distinct\":"))) {
		crm_grow(&f->said, &f->capsaid, f->nsaid + 1,
		    sizeof(*f->said));
		f->said[f->nsaid++] = *oid;
		return CRM_OK;
	}
	if (!st && (!crm_git_text_no(data, &no) ||
	    !crm_git_text_bare(data, &f->line, &no, &rev)))
		add_file(f, oid, data);
	if (st || !f->line.n)
		return st;
	if (has(f->erased, f->nerased, no)) {
		note_names(f, crm_buf_view(&f->line));
		crm_attachments_each(crm_buf_view(&f->line), note_file,
		    &f->left);
		add(f, oid)->v.u = 0;
		return CRM_OK;
	}
	if (has(f->good, f->ngood, hash_text(f, no, crm_buf_view(&f->line))))
		return CRM_OK;
	st = make_anew(f, oid, no, rev, err);
	if (!st)
		crm_attachments_each(crm_buf_view(&f->line), note_file,
		    &f->left);
	if (st != CRM_NOTFOUND && st != CRM_VERSION)
		return st;
	crm_grow(&f->old, &f->capold, f->nold + 1, sizeof(*f->old));
	f->old[f->nold++] = *oid;
	return CRM_OK;
}

/* Files that only the history knows. */
static enum crm_status
look_old(struct find *f, struct crm_git_repo *r, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < f->nold && !st; i++) {
		enum crm_git_kind kind;
		uint64_t no, rev;
		st = crm_git_repo_read(r, &f->old[i], &kind, &f->text, err);
		bool named = !st && is_named(f, crm_buf_view(&f->text));
		if (named)
			add(f, &f->old[i])->v.u = 0;
		crm_buf_clear(&f->line);
		if (!st && crm_git_text_bare(crm_buf_view(&f->text), &f->line,
		    &no, &rev))
			crm_attachments_each(crm_buf_view(&f->line), note_file,
			    named ? &f->left : &f->refs);
	}
	return st;
}

static void
release(struct find *f)
{
	struct crm_buf *bufs[] = { &f->line, &f->tmp, &f->text };
	for (size_t i = 0; i < CRM_LEN(bufs); i++)
		crm_buf_release(bufs[i]);
	crm_batch_free(f->row);
	crm_batch_free(f->row2);
	crm_map_release(&f->names);
	crm_map_release(&f->refs);
	crm_map_release(&f->left);
	free(f->file);
	free(f->erased);
	free(f->good);
	free(f->old);
	free(f->said);
}

enum crm_status
crm_git_stale_find(struct crm_git_stale *out, struct crm_store *s,
    struct crm_git_repo *r, struct crm_git_pack *p, const uint64_t *erased,
    size_t n, struct crm_err *err)
{
	struct find f = { .out = out, .store = s, .pack = p,
		.erased = crm_calloc(n + 1, sizeof(*erased)), .nerased = n,
		.row = crm_batch_new(), .row2 = crm_batch_new() };
	struct crm_git_scan scan = { .fn = look, .repo = r, .ctx = &f };
	memcpy(f.erased, erased, n * sizeof(*erased));
	qsort(f.erased, n, sizeof(*f.erased), by_value);
	if (getrandom(f.key, sizeof(f.key), 0) != sizeof(f.key))
		memset(f.key, 1, sizeof(f.key));
	enum crm_status st = crm_store_texts(s, note_text, &f, err);
	if (f.ngood)
		qsort(f.good, f.ngood, sizeof(*f.good), by_value);
	if (!st)
		st = crm_git_scan_all(&scan, err);
	if (!st)
		st = look_old(&f, r, err);
	if (!st)
		st = look_said(&f, r, err);
	drop_files(&f);
	release(&f);
	return st;
}

bool
crm_git_stale_is(const struct crm_git_stale *f,
    const struct crm_git_oid *oid, const struct crm_git_oid **to)
{
	struct crm_map_entry *e = crm_map_get(&f->map, (struct crm_str){
	    (const char *)oid->b, sizeof(oid->b) });
	if (e)
		*to = e->v.u ? &f->to[e->v.u - 1] : NULL;
	return e != NULL;
}

void
crm_git_stale_release(struct crm_git_stale *f)
{
	crm_map_release(&f->map);
	free(f->to);
	*f = (struct crm_git_stale){ 0 };
}
