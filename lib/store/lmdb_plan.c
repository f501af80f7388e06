/* The one plan there is: candidates from posting lists where they are few
 * against the type, else a scan; what changed since the revision is added, and
 * the whole condition is checked on each record. */
#include "store/lmdb_match.h"
#include "store/lmdb_plan.h"

enum { FEW = 64 };

static size_t
limit_for(uint64_t live)
{
	uint64_t l = live / 20;	/* a fetch costs as much as 10 to 20 rows of a scan */
	return (size_t)(l < FEW ? FEW : l);
}

void
crm_db_plan_release(struct crm_plan *p)
{
	for (size_t i = 0; i < p->n; i++)
		crm_u64s_release(&p->step[i].nos);
	free(p->step);
	*p = (struct crm_plan){ 0 };
}

static struct crm_step *
add_step(struct crm_plan *p, unsigned from, unsigned to)
{
	crm_grow(&p->step, &p->cap, p->n + 1, sizeof(*p->step));
	struct crm_step *st = &p->step[p->n++];
	*st = (struct crm_step){ .from = from, .to = to, .scan = true,
		.how = "scan" };
	return st;
}

/* -- one bound -------------------------------------------------------------- */

static enum crm_status
read_range(struct crm_store *s, const struct crm_bound *b, size_t limit,
    struct crm_u64s *out, struct crm_err *err)
{
	uint8_t lo[512], hi[512];
	struct crm_str from = b->kind == CRM_BOUND_PREFIX ? b->keys[0] : b->lo;
	struct crm_str to = b->kind == CRM_BOUND_PREFIX ? b->keys[0] : b->hi;
	uint32_t index = b->field->index;
	struct crm_post_range r = { .limit = limit,
		.lo = { (char *)lo, crm_db_term_begin(s->secret, index, from, lo) },
		.hi = { (char *)hi, crm_db_term_begin(s->secret, index, to, hi) } };
	enum crm_status st = crm_db_post_read(s, s->rtxn, CRM_DB_IDX, &r, out,
	    err);
	for (size_t i = 0; i < out->n; i++)
		out->v[i] <<= 5;
	return st;
}

static enum crm_status
read_keys(struct crm_store *s, uint64_t rev, const struct crm_bound *b,
    size_t limit, struct crm_u64s *out, struct crm_err *err)
{
	const struct crm_field *f = b->field;
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < b->n && !st; i++) {
		/* a common term: count before reading it whole */
		if (!(f->flags & (CRM_F_UNIQUE | CRM_F_KEY))) {
			uint8_t key[512];
			size_t n;
			struct crm_post_range r = { .exact = true,
				.limit = limit, .lo = { (char *)key,
				crm_db_term_key(s->secret, f->index, b->keys[i],
				key) } };
			st = crm_db_post_count(s, s->rtxn, CRM_DB_IDX, &r, &n,
			    err);
			if (!st && out->n + n > limit)
				return CRM_EXISTS;
		}
		if (!st)
			st = crm_db_candidates(s, s->rtxn, rev, f, b->keys[i],
			    out, err);
		if (!st && out->n > limit + s->past.nos.n)
			return CRM_EXISTS;
	}
	return st;
}

static enum crm_status
read_refs(struct crm_store *s, const struct crm_bound *b, size_t limit,
    struct crm_u64s *out, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < b->n && !st; i++) {
		uint8_t key[16];
		struct crm_post_range r = { .exact = true, .limit = limit,
			.lo = { (char *)key, crm_db_ref_key(b->field->index,
			crm_db_term_hash(s, b->keys[i]), key) } };
		size_t from = out->n;
		st = crm_db_post_read(s, s->rtxn, CRM_DB_IDX, &r, out, err);
		for (size_t k = from; k < out->n; k++)
			out->v[k] <<= 5;
	}
	return st;
}

static enum crm_status
read_ids(struct crm_store *s, const struct crm_bound *b, unsigned type,
    struct crm_u64s *out, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < b->n && !st; i++) {
		uint64_t no;
		st = crm_db_id_get(s, s->rtxn, b->keys[i], &no, err);
		if (!st && CRM_NO_TYPE(no) == type)
			crm_u64s_add(out, no);
		if (st == CRM_NOTFOUND)
			st = CRM_OK;
	}
	return st;
}

/* EXISTS (err untouched): this bound is of no use here. */
static enum crm_status
read_bound(struct crm_store *s, uint64_t rev, unsigned type,
    const struct crm_bound *b, size_t limit, struct crm_u64s *out,
    struct crm_err *err)
{
	unsigned keyed = CRM_F_UNIQUE | CRM_F_KEY | CRM_F_INDEX;
	switch (b->kind) {
	case CRM_BOUND_KEYS:
		return b->field->flags & keyed ?
		    read_keys(s, rev, b, limit, out, err) : CRM_EXISTS;
	case CRM_BOUND_RANGE:
	case CRM_BOUND_PREFIX:
		return b->field->flags & CRM_F_INDEX ?
		    read_range(s, b, limit, out, err) : CRM_EXISTS;
	case CRM_BOUND_WORDS:
		return crm_db_text_find(s, rev, type, b->keys, b->n, limit,
		    out, err);
	case CRM_BOUND_REF:
		return read_refs(s, b, limit, out, err);
	case CRM_BOUND_ID:
		return read_ids(s, b, type, out, err);
	case CRM_BOUND_LIKE:
		return crm_db_match_find(s, type, b->keys, b->n, limit, out,
		    err);
	}
	return CRM_EXISTS;
}

/* -- one type --------------------------------------------------------------- */

static void
name_bound(struct crm_step *step, const struct crm_bound *b, size_t n)
{
	size_t len = step->scan ? 0 : strlen(step->how);
	struct crm_str f = b->field ? b->field->name :
	    b->kind == CRM_BOUND_ID ? CRM_STR("id") :
	    b->kind == CRM_BOUND_LIKE ? CRM_STR("match") : CRM_STR("text");
	snprintf(step->how + len, sizeof(step->how) - len, "%s%.*s (%zu)",
	    len ? " and " : "index ", CRM_FMT(f), n);
}

/* Numbers outside the type may come from changes since the revision. */
static void
keep_type(struct crm_u64s *l, unsigned type)
{
	size_t k = 0;
	for (size_t i = 0; i < l->n; i++)
		if (CRM_NO_TYPE(l->v[i]) == type)
			l->v[k++] = l->v[i];
	l->n = k;
}

static enum crm_status
add_past(struct crm_store *s, uint64_t rev, struct crm_step *step,
    struct crm_err *err)
{
	const struct crm_past *p;
	if (step->scan || rev >= s->last_rev)
		return CRM_OK;
	enum crm_status st = crm_db_past(s, s->rtxn, rev, false, &p, err);
	for (size_t i = 0; !st && i < p->nos.n; i++)
		crm_u64s_add(&step->nos, p->nos.v[i]);
	crm_u64s_uniq(&step->nos);
	return st;
}

/* The candidates so far meet those of one more bound. */
static void
narrow(struct crm_step *step, struct crm_u64s *list)
{
	if (step->scan) {
		struct crm_u64s tmp = step->nos;
		step->nos = *list;
		*list = tmp;
		step->scan = false;
	} else {
		crm_u64s_meet(&step->nos, list);
	}
}

/* How long a list may be that is read. A number costs some nanoseconds to read
 * and a record a microsecond to fetch, so that long lists pay as long as they
 * take away others' candidates; a lone one is no more than candidates. */
static size_t
limit_here(const struct crm_step *step, uint64_t live, bool lone)
{
	enum { PER_FETCH = 256 };
	size_t few = limit_for(live), most = (size_t)(live / 4);
	if (most < few)
		most = few;
	if (step->scan)
		return lone ? few : most;
	size_t pays = step->nos.n * PER_FETCH;
	return pays < FEW ? FEW : pays < most ? pays : most;
}

/* What all bounds leave over; still too many: a scan. A list that was too long
 * may pay once others gave candidates, so those are tried twice. */
static enum crm_status
read_bounds(struct crm_store *s, uint64_t rev, const struct crm_bound *b,
    size_t n, unsigned type, uint64_t live, struct crm_step *step,
    struct crm_err *err)
{
	struct crm_u64s list = { 0 };
	bool *used = crm_calloc(n + 1, sizeof(*used));
	bool words = false;
	enum crm_status st = CRM_OK;
	for (size_t k = 0; k < n * 2 && !st; k++) {
		size_t i = k % n;
		if (used[i] || (k >= n && step->scan))
			continue;
		list.n = 0;
		st = read_bound(s, rev, type, &b[i],
		    limit_here(step, live, n == 1), &list, err);
		if (st == CRM_EXISTS) {
			st = CRM_OK;
			continue;
		}
		if (st)
			break;
		crm_u64s_uniq(&list);
		name_bound(step, &b[i], list.n);
		narrow(step, &list);
		used[i] = true;
		words = words || b[i].kind == CRM_BOUND_WORDS;
	}
	/* what words find lies near each other: see crm_db_text_find */
	if (!st && !step->scan &&
	    step->nos.n > limit_for(live) * (words ? 8 : 1)) {
		step->nos.n = 0;
		step->scan = true;
		snprintf(step->how, sizeof(step->how), "scan");
	}
	crm_u64s_release(&list);
	free(used);
	return st;
}

/* Where the indexes decide alone, their lists are counted and no record is
 * fetched. */
static enum crm_status
count_bounds(struct crm_store *s, const struct crm_bound *b, size_t n,
    unsigned type, uint64_t live, struct crm_step *step, struct crm_err *err)
{
	struct crm_u64s list = { 0 };
	enum crm_status st = CRM_OK;
	step->counted = true;
	if (n == 0) {		/* the newest commit knows */
		step->count = live;
		snprintf(step->how, sizeof(step->how), "count");
		return CRM_OK;
	}
	for (size_t i = 0; i < n && !st; i++) {
		list.n = 0;
		st = read_bound(s, s->last_rev, type, &b[i], SIZE_MAX / 2,
		    &list, err);
		crm_u64s_uniq(&list);
		name_bound(step, &b[i], list.n);
		narrow(step, &list);
	}
	crm_u64s_release(&list);
	step->count = step->nos.n;
	step->nos.n = 0;
	return st;
}

static enum crm_status
plan_type(struct crm_store *s, uint64_t rev, const struct crm_type *t,
    const struct crm_select *q, uint64_t live, struct crm_plan *out,
    struct crm_err *err)
{
	const struct crm_bound *b;
	bool none = false;
	size_t n = crm_query_bounds(q->where, t, &b, &none);
	if (none)
		return CRM_OK;
	struct crm_step *step = add_step(out, t->no, t->no);
	if (q->count && !q->since && rev >= s->last_rev &&
	    crm_query_exact(q->where, t))
		return count_bounds(s, b, n, t->no, live, step, err);
	enum crm_status st = read_bounds(s, rev, b, n, t->no, live, step, err);
	if (!st)
		st = add_past(s, rev, step, err);
	keep_type(&step->nos, t->no);
	return st;
}

/* -- the whole -------------------------------------------------------------- */

static bool
wanted(const struct crm_select *q, const struct crm_type *const *wt,
    size_t nwt, unsigned no)
{
	bool a = q->ntypes == 0, b = nwt == 0;
	for (size_t i = 0; i < q->ntypes; i++)
		a = a || q->types[i]->no == no;
	for (size_t i = 0; i < nwt; i++)
		b = b || wt[i]->no == no;
	return a && b;
}

/* Only what changed after q->since, while the journal still knows it. */
static enum crm_status
plan_since(struct crm_store *s, uint64_t rev, const struct crm_select *q,
    struct crm_plan *out, bool *done, struct crm_err *err)
{
	uint64_t horizon;
	struct crm_u64s all = { 0 };
	enum crm_status st = crm_db_meta_u64(s, s->rtxn, "ihorizon", &horizon,
	    err);
	*done = !st && q->since >= horizon && !q->scan;
	if (st || !*done)
		return st;
	st = crm_db_touched(s, s->rtxn, q->since, rev, true, &all, err);
	size_t nwt = 0, k = 0;
	const struct crm_type *const *wt = q->where ?
	    crm_query_types(q->where, &nwt) : NULL;
	for (size_t i = 0; i < all.n; i++)
		if (wanted(q, wt, nwt, CRM_NO_TYPE(all.v[i])))
			all.v[k++] = all.v[i];
	all.n = k;
	struct crm_step *step = add_step(out, 0, CRM_TYPES - 1);
	step->scan = false;
	step->nos = all;
	snprintf(step->how, sizeof(step->how), "journal after revision %"
	    PRIu64 " (%zu)", q->since, all.n);
	return st;
}

static enum crm_status
plan_types(struct crm_store *s, uint64_t rev, const struct crm_select *q,
    const struct crm_type *const *wt, size_t nwt, struct crm_plan *out,
    struct crm_err *err)
{
	struct crm_counts *counts = crm_zalloc(sizeof(*counts));
	struct crm_commit_rec c = { .counts = counts };
	uint64_t last;
	enum crm_status st = crm_db_last(s, s->rtxn, &last, &c, err);
	for (unsigned no = 1; no < CRM_TYPES && !st; no++) {
		const struct crm_type *t = s->type_by_no[no];
		if (!t || counts->next[no] == 0 || !wanted(q, wt, nwt, no))
			continue;
		if (q->where && !q->scan && !q->dead)
			st = plan_type(s, rev, t, q, counts->live[no], out,
			    err);
		else
			add_step(out, no, no);
	}
	free(counts);
	return st;
}

enum crm_status
crm_db_plan(struct crm_store *s, uint64_t rev, const struct crm_select *q,
    struct crm_plan *out, struct crm_err *err)
{
	size_t nwt = 0;
	const struct crm_type *const *wt = q->where ?
	    crm_query_types(q->where, &nwt) : NULL;
	if (q->since) {
		bool done;
		enum crm_status st = plan_since(s, rev, q, out, &done, err);
		if (st || done)
			return st;
	}
	return plan_types(s, rev, q, wt, nwt, out, err);
}
