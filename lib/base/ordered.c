#include "base/ordered.h"

#include "base/mem.h"

enum { ORDERED_MEM = 32 << 20, SPOOL_PART = 1 << 20 };

void
crm_ordered_put64(struct crm_buf *b, int64_t v)
{
	uint64_t u = (uint64_t)v ^ UINT64_C(1) << 63;
	char s[8];
	for (int i = 0; i < 8; i++)
		s[i] = (char)(u >> (56 - 8 * i));
	crm_buf_add(b, s, sizeof(s));
}

static uint64_t
first_bytes(const char *p, size_t n)
{
	uint64_t u = 0;
	for (size_t i = 0; i < 8; i++)
		u = u << 8 | (i < n ? (unsigned char)p[i] : 0);
	return u;
}

int64_t
crm_ordered_get64(const char *p)
{
	return (int64_t)(first_bytes(p, 8) ^ UINT64_C(1) << 63);
}

static struct crm_str
item_text(const struct crm_ordered *r, const struct crm_ordered_item *k)
{
	return (struct crm_str){ r->text.p + k->at, k->n };
}

static int
by_bytes(const void *va, const void *vb, void *arg)
{
	const struct crm_ordered_item *a = va, *b = vb;
	if (a->head != b->head)
		return a->head < b->head ? -1 : 1;
	return crm_str_cmp(item_text(arg, a), item_text(arg, b));
}

static void
sort(struct crm_ordered *r)
{
	if (r->n)
		qsort_r(r->item, r->n, sizeof(*r->item), by_bytes, r);
	r->next = 0;
}

/* The least piece of the files, into *piece; NOTFOUND where all are read. */
static enum crm_status
least(struct crm_ordered *r, struct crm_str *piece, struct crm_err *err)
{
	if (r->last < r->nruns) {
		struct crm_str *t = &r->top[r->last];
		enum crm_status st = crm_spool_next(&r->run[r->last], t, err);
		if (st == CRM_NOTFOUND)
			*t = (struct crm_str){ 0 };
		else if (st)
			return st;
	}
	r->last = r->nruns;
	for (size_t i = 0; i < r->nruns; i++)
		if (r->top[i].p && (r->last == r->nruns ||
		    crm_str_cmp(r->top[i], r->top[r->last]) < 0))
			r->last = i;
	if (r->last == r->nruns)
		return CRM_NOTFOUND;
	*piece = r->top[r->last];
	return CRM_OK;
}

static enum crm_status
rewind_all(struct crm_ordered *r, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < r->nruns && !st; i++) {
		st = crm_spool_rewind(&r->run[i], err);
		if (!st)
			st = crm_spool_next(&r->run[i], &r->top[i], err);
	}
	r->last = r->nruns;
	return st;
}

/* All files become one. */
static enum crm_status
merge(struct crm_ordered *r, struct crm_err *err)
{
	struct crm_spool all = { .dir = r->dir, .limit = SPOOL_PART };
	struct crm_str piece;
	enum crm_status st = rewind_all(r, err);
	while (!st && !(st = least(r, &piece, err)))
		st = crm_spool_add(&all, piece, err);
	for (size_t i = 0; i < r->nruns; i++)
		crm_spool_release(&r->run[i]);
	r->run[0] = all;
	r->nruns = 1;
	return st == CRM_NOTFOUND ? CRM_OK : st;
}

/* What is in memory becomes a sorted file. */
static enum crm_status
flush(struct crm_ordered *r, struct crm_err *err)
{
	enum crm_status st = r->nruns == CRM_ORDERED_MERGE ? merge(r, err) : CRM_OK;
	struct crm_spool *s = &r->run[r->nruns];
	if (st)
		return st;
	sort(r);
	*s = (struct crm_spool){ .dir = r->dir, .limit = SPOOL_PART };
	r->nruns++;
	for (size_t i = 0; i < r->n && !st; i++)
		st = crm_spool_add(s, item_text(r, &r->item[i]), err);
	crm_buf_clear(&r->text);
	r->n = 0;
	return st ? st : crm_spool_rewind(s, err);	/* all in the file */
}

enum crm_status
crm_ordered_add(struct crm_ordered *r, struct crm_str piece,
    struct crm_err *err)
{
	/* the sort wants as much again for the items */
	size_t limit = r->limit ? r->limit : ORDERED_MEM;
	size_t used = r->text.n + piece.n +
	    (r->n + 1) * 2 * sizeof(*r->item);
	if (r->n && used > limit) {
		enum crm_status st = flush(r, err);
		if (st)
			return st;
	}
	crm_grow(&r->item, &r->cap, r->n + 1, sizeof(*r->item));
	r->item[r->n++] = (struct crm_ordered_item){
		first_bytes(piece.p, piece.n), r->text.n, piece.n };
	crm_buf_str(&r->text, piece);
	return CRM_OK;
}

enum crm_status
crm_ordered_begin(struct crm_ordered *r, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	if (!r->sorted && r->nruns && r->n)
		st = flush(r, err);
	else if (!r->sorted)
		sort(r);
	if (!r->sorted && r->nruns) {	/* the readers need it more */
		crm_buf_release(&r->text);
		free(r->item);
		r->item = NULL;
		r->cap = 0;
	}
	r->sorted = true;
	r->next = 0;
	return st ? st : rewind_all(r, err);
}

enum crm_status
crm_ordered_next(struct crm_ordered *r, struct crm_str *piece,
    struct crm_err *err)
{
	if (r->nruns)
		return least(r, piece, err);
	if (r->next == r->n)
		return CRM_NOTFOUND;
	*piece = item_text(r, &r->item[r->next++]);
	return CRM_OK;
}

void
crm_ordered_release(struct crm_ordered *r)
{
	for (size_t i = 0; i < r->nruns; i++)
		crm_spool_release(&r->run[i]);
	crm_buf_release(&r->text);
	free(r->item);
	*r = (struct crm_ordered){ .dir = r->dir, .limit = r->limit };
}
