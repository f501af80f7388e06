/* Verify: every checksum, every text against its shape, every index against
 * the records. Indexes are compared by sums of keyed hashes of their entries,
 * one sum for each field, so that no memory is needed whatever their size. */
#include "store/lmdb_match.h"

#include "base/hash.h"

enum { FAULTS_MAX = 1000, KEY_MATCH = CRM_KEY_WORD + 1 };

struct sum {
	uint64_t want, have, nwant, nhave;
};

struct check {
	struct crm_store *s;
	MDB_txn *t;
	struct crm_err *fault;
	size_t n, cap;
	struct crm_map sums;	/* kind, index -> place in sum */
	struct sum *sum;
	size_t nsum, capsum;
	struct crm_counts last;	/* what the newest commit says */
	struct crm_counts seen;
	uint64_t itext, entries;
	bool match;		/* there is a match index */
	struct crm_keyset keys;
	struct crm_json_obj obj;
	struct crm_buf join, old;
};

static void CRM_PRINTF(3, 4)
fault(struct check *c, const char *id, const char *fmt, ...)
{
	char msg[512];
	if (c->n >= FAULTS_MAX)
		return;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	crm_grow(&c->fault, &c->cap, c->n + 1, sizeof(*c->fault));
	c->fault[c->n] = (struct crm_err){ 0 };
	crm_err_set(&c->fault[c->n++], CRM_CORRUPT, id, "%s", msg);
}

/* -- sums ------------------------------------------------------------------- */

static struct sum *
sum_of(struct check *c, unsigned kind, uint32_t index)
{
	uint32_t key[2] = { kind, index };
	bool fresh;
	struct crm_map_entry *e = crm_map_put(&c->sums,
	    (struct crm_str){ (char *)key, sizeof(key) }, &fresh);
	if (fresh) {
		crm_grow(&c->sum, &c->capsum, c->nsum + 1, sizeof(*c->sum));
		c->sum[c->nsum] = (struct sum){ 0 };
		e->v.u = c->nsum++;
	}
	return &c->sum[e->v.u];
}

static uint64_t
entry_hash(const struct check *c, const void *key, size_t n, uint64_t item)
{
	/* mixed as splitmix64 does (Steele, Lea, Flood 2014) */
	uint64_t h = crm_siphash(c->s->secret, key, n) +
	    item * UINT64_C(0x9e3779b97f4a7c15);
	h = (h ^ h >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	h = (h ^ h >> 27) * UINT64_C(0x94d049bb133111eb);
	return h ^ h >> 31;
}

static void
want(struct check *c, unsigned kind, uint32_t index, const void *key,
    size_t n, uint64_t item)
{
	struct sum *s = sum_of(c, kind, index);
	s->want += entry_hash(c, key, n, item);
	s->nwant++;
}

static void
have(struct check *c, unsigned kind, uint32_t index, const void *key,
    size_t n, uint64_t item)
{
	struct sum *s = sum_of(c, kind, index);
	s->have += entry_hash(c, key, n, item);
	s->nhave++;
}

/* -- records ---------------------------------------------------------------- */

static int
by_key(const void *a, const void *b)
{
	const struct crm_keyent *x = a, *y = b;
	if (x->what != y->what)
		return x->what < y->what ? -1 : 1;
	if (x->what != CRM_KEY_WORD && x->index != y->index)
		return x->index < y->index ? -1 : 1;
	int t = crm_str_cmp(x->term, y->term);
	return t ? t : (x->weight < y->weight) - (x->weight > y->weight);
}

static void
want_key(struct check *c, const struct crm_keyent *k, uint64_t no)
{
	struct crm_store *s = c->s;
	uint8_t key[512];
	size_t n;
	switch (k->what) {
	case CRM_KEY_UNIQUE:
		crm_db_uniq_key(s->secret, k->index, k->term, key);
		want(c, k->what, k->index, key, CRM_UNIQ_KEY, no);
		break;
	case CRM_KEY_LOOKUP:
		crm_db_lookup_bytes(k->index, crm_db_term_hash(s, k->term),
		    no, key);
		want(c, k->what, k->index, key, CRM_UNIQ_KEY, 0);
		break;
	case CRM_KEY_TERM:
		n = crm_db_term_key(s->secret, k->index, k->term, key);
		want(c, k->what, k->index, key, n, no >> 5);
		break;
	case CRM_KEY_REF:
		n = crm_db_ref_key(k->index, crm_db_term_hash(s, k->term),
		    key);
		want(c, k->what, k->index, key, n, no >> 5);
		break;
	case CRM_KEY_WORD:
		n = crm_db_word_key(k->term, key);
		want(c, k->what, 0, key, n, no >> 5 << 2 | (k->weight & 3));
		break;
	}
}

static void
want_keys(struct check *c, const struct crm_rec *r, unsigned what)
{
	struct crm_keyset *k = &c->keys;
	crm_record_keys(r, what, crm_str_z(c->s->region), k);
	if (k->n)
		qsort(k->k, k->n, sizeof(*k->k), by_key);
	for (size_t i = 0; i < k->n; i++) {
		bool again = i && k->k[i].what == k->k[i - 1].what &&
		    (k->k[i].what == CRM_KEY_WORD ||
		    k->k[i].index == k->k[i - 1].index) &&
		    crm_str_eq(k->k[i].term, k->k[i - 1].term);
		if (!again)
			want_key(c, &k->k[i], r->no);
	}
}

static void
want_match(struct check *c, const struct crm_rec *r)
{
	uint64_t key[CRM_KEYER_MAX];
	uint8_t k[CRM_MATCH_PREFIX];
	size_t n = r->type ? c->s->keyer->keys(r->type, r->line, key) : 0;
	for (size_t i = 0; i < n; i++) {
		crm_db_match_key(r->type->no, key[i], k);
		want(c, KEY_MATCH, (uint32_t)r->type->no << 16, k, sizeof(k),
		    r->no >> 5);
	}
}

/* Shape and offsets must say what the text says. */
static void
check_text(struct check *c, const struct crm_rec *r)
{
	const struct crm_json_limits lim = { .line = SIZE_MAX,
		.members = SIZE_MAX, .depth = 4096 };
	struct crm_err why = { 0 };
	if (crm_json_scan(r->line, &lim, &c->obj, &why)) {
		fault(c, "verify.text", _("record %" PRIx64 ": %s"), r->no,
		    why.msg);
		return;
	}
	bool good = c->obj.n == r->shape->n;
	for (size_t i = 0; good && i < c->obj.n; i++)
		good = crm_str_eq(c->obj.m[i].key, r->shape->keys[i]) &&
		    (size_t)(c->obj.m[i].val.p - r->line.p) ==
		    crm_rec_off(r, i);
	if (!good)
		fault(c, "verify.shape", _("record %" PRIx64
		    ": its offsets are not those of its text"), r->no);
}

static void
check_id(struct check *c, const struct crm_rec *r)
{
	uint64_t no = 0;
	struct crm_str id = crm_rec_id(r);
	enum crm_status st = crm_db_id_get(c->s, c->t, id, &no, NULL);
	if (r->state != CRM_DEAD && (st || no != r->no))
		fault(c, "verify.id", _("record %.*s cannot be found by its "
		    "id"), CRM_FMT(id));
}

static void
check_text_image(struct check *c, uint64_t no)
{
	struct crm_rec r;
	if (c->itext && crm_db_rec_get(c->s, c->t, no, c->itext, &c->old, &r,
	    NULL) == CRM_OK && r.state == CRM_LIVE)
		want_keys(c, &r, 1 << CRM_KEY_WORD);
}

static void
check_rec(struct check *c, uint64_t no, struct crm_str val)
{
	struct crm_rec r;
	struct crm_err why = { 0 };
	unsigned type = CRM_NO_TYPE(no);
	if (crm_db_rec_at(c->s, c->t, no, val, UINT64_MAX, &r, &why)) {
		fault(c, "verify.record", "%s", why.msg);
		return;
	}
	if (r.state == CRM_ERASED)
		return;
	check_text(c, &r);
	check_id(c, &r);
	if (type >= CRM_TYPES || CRM_NO_SEQ(no) >= c->last.next[type])
		fault(c, "verify.number", _("record %" PRIx64
		    " has a number that was never given out"), no);
	else if (r.state == CRM_LIVE)
		c->seen.live[type]++;
	if (r.state == CRM_LIVE)
		want_keys(c, &r, CRM_DB_ALL_KEYS);
	if (r.state == CRM_LIVE && c->match)
		want_match(c, &r);
	check_text_image(c, no);
}

static int
walk_recs(struct check *c)
{
	MDB_cursor *cur;
	MDB_val k, v;
	uint64_t no;
	int rc = mdb_cursor_open(c->t, c->s->dbi[CRM_DB_REC], &cur);
	if (rc)
		return rc;
	while ((rc = mdb_cursor_get(cur, &k, &v, MDB_NEXT)) == 0) {
		struct crm_str val;
		struct crm_err why = { 0 };
		memcpy(&no, k.mv_data, 8);
		if (no & 31)
			fault(c, "verify.part", _("part %" PRIx64
			    " belongs to no record"), no);
		else if (crm_db_val_at(c->s, cur, no, v, &c->join, &val, &why))
			fault(c, "verify.record", "%s", why.msg);
		else
			check_rec(c, no, val);
	}
	mdb_cursor_close(cur);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* -- the other trees -------------------------------------------------------- */

static void
check_id_entry(struct check *c, MDB_val k, MDB_val v)
{
	char buf[132];
	uint64_t no = 0;
	struct crm_rec r;
	struct crm_str id = crm_db_id_text(k, buf);
	if (v.mv_size == 8)
		memcpy(&no, v.mv_data, 8);
	if (!no || crm_db_rec_get(c->s, c->t, no, UINT64_MAX, &c->join, &r,
	    NULL) || !crm_str_eq(crm_rec_id(&r), id))
		fault(c, "verify.id", _("id %.*s leads to no record of that "
		    "id"), CRM_FMT(id));
}

static void
check_uniq_entry(struct check *c, MDB_val k, MDB_val v)
{
	uint32_t index;
	uint64_t no = 0;
	if (k.mv_size != CRM_UNIQ_KEY) {
		fault(c, "verify.key", _("a key of odd length"));
		return;
	}
	memcpy(&index, k.mv_data, 4);
	index = __builtin_bswap32(index);
	if (v.mv_size == 8)
		memcpy(&no, v.mv_data, 8);
	have(c, index >> 31 ? CRM_KEY_UNIQUE : CRM_KEY_LOOKUP,
	    index & 0x7fffffffu, k.mv_data, k.mv_size, no);
}

static void
have_block(struct check *c, unsigned kind, uint32_t index, MDB_val k,
    MDB_val v)
{
	uint64_t item[CRM_POSTING_MAX];
	size_t n = k.mv_size < 9 ? 0 : crm_posting_decode(crm_be64_get(
	    (char *)k.mv_data + k.mv_size - 8), v.mv_data, v.mv_size, item);
	if (n == 0)
		fault(c, "verify.posting", _("a block of an index is "
		    "damaged"));
	for (size_t i = 0; i < n; i++)
		have(c, kind, index, k.mv_data, k.mv_size - 8, item[i]);
}

static void
check_idx_entry(struct check *c, MDB_val k, MDB_val v)
{
	uint32_t index;
	const uint8_t *p = k.mv_data;
	if (k.mv_size < 13) {
		fault(c, "verify.key", _("a key of odd length"));
		return;
	}
	memcpy(&index, p + 1, 4);
	if (*p == CRM_IDX_MATCH && c->match)
		have_block(c, KEY_MATCH, __builtin_bswap32(index), k, v);
	else if (*p != CRM_IDX_PENDING && *p != CRM_IDX_MATCH)
		have_block(c, *p == CRM_IDX_REF ? CRM_KEY_REF : CRM_KEY_TERM,
		    __builtin_bswap32(index), k, v);
}

static void
check_text_entry(struct check *c, MDB_val k, MDB_val v)
{
	if (c->itext)
		have_block(c, CRM_KEY_WORD, 0, k, v);
}

static void
check_jnl_entry(struct check *c, MDB_val k, MDB_val v)
{
	struct crm_str p = { v.mv_data, v.mv_size };
	if (k.mv_size != 16) {
		fault(c, "verify.journal", _("a key of odd length"));
		return;
	}
	uint64_t rev = crm_be64_get(k.mv_data);
	uint64_t no = crm_be64_get((char *)k.mv_data + 8);
	struct crm_entry e;
	struct crm_val val;
	struct crm_commit_rec r = { 0 };
	if (no == UINT64_MAX) {
		if (!crm_commit_decode(rev, p, true, &r))
			fault(c, "verify.journal", _("commit %" PRIu64
			    " fails its checksum"), rev);
		else
			crm_commit_release(&r);
		return;
	}
	if (!crm_entry_decode(rev, no, p, &e) || (e.kind == CRM_ENTRY_IMAGE &&
	    !crm_val_decode(no, e.image.p, e.image.n, &val)))
		fault(c, "verify.journal", _("revision %" PRIu64 ", record %"
		    PRIx64 ": what was before fails its checksum"), rev, no);
}

static void
check_meta_entry(struct check *c, MDB_val k, MDB_val v CRM_UNUSED)
{
	struct crm_str val;
	struct crm_err why = { 0 };
	struct crm_str key = { k.mv_data, k.mv_size };
	if (crm_db_meta_get(c->s, c->t, key, &val, &why))
		fault(c, "verify.meta", _("a value of meta fails its "
		    "checksum"));
}

static int
walk(struct check *c, enum crm_db db,
    void (*fn)(struct check *c, MDB_val k, MDB_val v))
{
	MDB_cursor *cur;
	MDB_val k, v;
	int rc = mdb_cursor_open(c->t, c->s->dbi[db], &cur);
	if (rc)
		return rc;
	while ((rc = mdb_cursor_get(cur, &k, &v, MDB_NEXT)) == 0)
		fn(c, k, v);
	mdb_cursor_close(cur);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* -- the whole -------------------------------------------------------------- */

static void
compare(struct check *c)
{
	static const char *const kinds[] = { [CRM_KEY_UNIQUE] = "unique key",
		[CRM_KEY_LOOKUP] = "key", [CRM_KEY_TERM] = "index",
		[CRM_KEY_REF] = "reference", [CRM_KEY_WORD] = "text",
		[KEY_MATCH] = "match index" };
	for (size_t i = 0; i < c->sums.n; i++) {
		const struct sum *s = &c->sum[c->sums.e[i].v.u];
		uint32_t key[2];
		memcpy(key, c->sums.e[i].key.p, sizeof(key));
		const struct crm_type *t = key[1] >> 16 < CRM_TYPES ?
		    c->s->type_by_no[key[1] >> 16] : NULL;
		struct crm_str type = t ? t->name : CRM_STR("any");
		struct crm_str field = CRM_STR("*");
		for (size_t f = 0; t && f < t->nfields; f++)
			if (t->fields[f].index == key[1])
				field = t->fields[f].name;
		if (s->want != s->have || s->nwant != s->nhave)
			fault(c, "verify.index", _("%s %.*s.%.*s does not fit "
			    "its records: %" PRIu64 " entries, %" PRIu64
			    " expected"), kinds[key[0]], CRM_FMT(type),
			    CRM_FMT(field), s->nhave, s->nwant);
	}
	for (size_t i = 0; i < CRM_TYPES; i++)
		if (c->seen.live[i] != c->last.live[i])
			fault(c, "verify.count", _("%" PRIu64 " records of "
			    "type %zu, the journal says %" PRIu64),
			    c->seen.live[i], i, c->last.live[i]);
}

static enum crm_status
run(struct check *c, struct crm_err *err)
{
	struct crm_store *s = c->s;
	struct crm_commit_rec last = { .counts = &c->last };
	uint64_t rev;
	enum crm_status st = crm_db_last(s, c->t, &rev, &last, err);
	if (!st)
		st = crm_db_meta_u64(s, c->t, "itext", &c->itext, err);
	if (st)
		return st;
	c->match = crm_db_match_state(s, c->t) == CRM_MATCH_ON;
	int rc = walk_recs(c);
	if (!rc)
		rc = walk(c, CRM_DB_ID, check_id_entry);
	if (!rc)
		rc = walk(c, CRM_DB_UNIQ, check_uniq_entry);
	if (!rc)
		rc = walk(c, CRM_DB_IDX, check_idx_entry);
	if (!rc)
		rc = walk(c, CRM_DB_TEXT, check_text_entry);
	if (!rc)
		rc = walk(c, CRM_DB_JNL, check_jnl_entry);
	if (!rc)
		rc = walk(c, CRM_DB_META, check_meta_entry);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	compare(c);
	return CRM_OK;
}

enum crm_status
crm_store_verify(struct crm_store *s,
    void (*fn)(void *ctx, const struct crm_err *found), void *ctx,
    struct crm_err *err)
{
	struct check *c = crm_zalloc(sizeof(*c));
	c->s = s;
	enum crm_status st = crm_db_enter(s, err);
	if (!st) {
		c->t = s->rtxn;
		st = run(c, err);
		crm_db_leave(s);
	}
	for (size_t i = 0; i < c->n; i++)
		fn(ctx, &c->fault[i]);
	free(c->fault);
	free(c->sum);
	crm_map_release(&c->sums);
	crm_keyset_release(&c->keys);
	crm_json_obj_release(&c->obj);
	crm_buf_release(&c->join);
	crm_buf_release(&c->old);
	free(c);
	return st;
}
