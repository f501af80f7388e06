/* The store against a model: random histories of inserts, edits, deletes,
 * restores and merges, compared at every revision with what the model says;
 * the same by index and by scan, by --since, through the feed. */
#include <strings.h>
#include <unistd.h>

#include "base/time.h"
#include "store/store.h"
#include "random.h"
#include "tap.h"

enum { IDS = 40, REVS = 120 };

struct model {		/* lines at each revision; "" not there */
	char *line[REVS + 1][IDS];
	uint64_t rev_of[REVS + 1][IDS];
	int into[REVS + 1][IDS];	/* -1, or the survivor */
	uint64_t last;
	struct crm_arena mem;
};

static char dir[256];
static int made;

static void
new_dir(void)
{
	const char *tmp = getenv("TMPDIR");
	snprintf(dir, sizeof(dir), "%s/crm-store-%ld-%d", tmp ? tmp : "/tmp",
	    (long)getpid(), made++);
}

static void
drop_dir(void)
{
	char cmd[512];
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	if (system(cmd) != 0)
		fprintf(stderr, "cannot remove %s\n", dir);
}

static struct crm_store *
open_new(uint64_t map)
{
	struct crm_store_make m = { .now = CRM_SECOND, .map_size = map };
	struct crm_store_opts o = { .flags = CRM_OPEN_WRITE,
		.wait_ms = 1000, .map_size = map };
	struct crm_store *s = NULL;
	struct crm_err err = { 0 };
	new_dir();
	if (crm_store_create(dir, &m, &err) ||
	    crm_store_open(dir, &o, &s, &err))
		printf("# %s: %s\n", err.id, err.msg);
	return s;
}

static struct crm_reader rd;

/* A random text for record i: sometimes long, sometimes with other keys. */
static void
random_line(int i, struct crm_buf *b)
{
	static const char *const countries[] = { "GR", "DE", "FR", "US" };
	crm_buf_clear(b);
	crm_buf_printf(b, "{\"id\":\"c-%03d\",\"type\":\"contact\","
	    "\"name\":\"N%d\",\"emails\":[\"m%d@example.com\"],"
	    "\"tags\":[\"t%d\"],\"owner\":\"o%d\"", i, (int)rnd_to(1000),
	    (int)rnd_to(20), (int)rnd_to(5), (int)rnd_to(3));
	if (rnd_to(2))
		crm_buf_printf(b, ",\"country\":\"%s\"", countries[rnd_to(4)]);
	if (rnd_to(8) == 0) {
		size_t n = rnd_to(3) == 0 ? 60000 : rnd_to(6000);
		crm_buf_z(b, ",\"notes\":\"");
		for (size_t k = 0; k < n; k++)
			crm_buf_c(b, (char)('a' + k % 26));
		crm_buf_c(b, '"');
	}
	crm_buf_c(b, '}');
}

static bool
parse(struct crm_str line, struct crm_record *out)
{
	struct crm_err err = { 0 };
	if (crm_record_read(&rd, line, out, &err) == CRM_OK)
		return true;
	printf("# %s\n", err.msg);
	return false;
}

static void
copy_state(struct model *m, uint64_t from, uint64_t to)
{
	memcpy(m->line[to], m->line[from], sizeof(m->line[0]));
	memcpy(m->rev_of[to], m->rev_of[from], sizeof(m->rev_of[0]));
	memcpy(m->into[to], m->into[from], sizeof(m->into[0]));
}

/* Number of each record once it has been stored. */
static uint64_t number[IDS];

/* One random change of record i inside a transaction; false: none fits. */
static bool
random_op(struct model *m, uint64_t rev, int i, struct crm_op *op,
    struct crm_record *rec, struct crm_buf *b)
{
	const char *now = m->line[rev][i];
	bool live = now && m->into[rev][i] < 0;
	*op = (struct crm_op){ .no = number[i] };
	if (!number[i] || (!now && rnd_to(2))) {
		op->kind = CRM_OP_INSERT;
	} else if (!now) {
		op->kind = CRM_OP_RESTORE;
		return true;
	} else if (!live) {
		op->kind = CRM_OP_UNMERGE;
		return true;
	} else if (rnd_to(5) == 0) {
		op->kind = CRM_OP_DELETE;
		return true;
	} else if (rnd_to(8) == 0) {
		int j = (int)rnd_to(IDS);
		if (j == i || !m->line[rev][j] || m->into[rev][j] >= 0)
			return false;
		op->kind = CRM_OP_MERGE;
		op->into = number[j];
		m->into[rev][i] = j;
		return true;
	} else {
		op->kind = CRM_OP_REPLACE;
	}
	random_line(i, b);
	op->rec = &rec->rec;
	return parse(crm_buf_view(b), rec);
}

static char *last_text[IDS];	/* what a restore brings back */

static void
note(struct model *m, uint64_t rev, int i, const struct crm_op *op,
    const struct crm_result *res)
{
	if (res->same)
		return;
	number[i] = res->no;
	m->rev_of[rev][i] = rev;
	if (op->kind == CRM_OP_DELETE) {
		m->line[rev][i] = NULL;
	} else if (op->kind == CRM_OP_RESTORE) {
		m->line[rev][i] = last_text[i];
	} else if (op->kind == CRM_OP_UNMERGE) {
		m->into[rev][i] = -1;
	} else if (op->kind != CRM_OP_MERGE) {
		m->line[rev][i] =
		    (char *)crm_arena_str(&m->mem, op->rec->line).p;
		last_text[i] = m->line[rev][i];
		m->into[rev][i] = -1;
	}
}

static bool
one_commit(struct crm_store *s, struct model *m, uint64_t txn, uint64_t *rev)
{
	struct crm_why why = { .actor = CRM_STR("me"),
		.program = CRM_STR("test"), .txn = txn, .last = true,
		.now = (int64_t)(m->last + 2) * CRM_SECOND };
	struct crm_err err = { 0 };
	struct crm_txn *t;
	struct crm_record rec = { 0 };
	struct crm_buf b = { 0 };
	bool good = true, any = false;
	uint64_t old_number[IDS];
	char *old_text[IDS];
	memcpy(old_number, number, sizeof(number));
	memcpy(old_text, last_text, sizeof(last_text));
	if (crm_txn_begin(s, &why, &t, &err))
		return false;
	uint64_t r = crm_txn_rev(t);
	copy_state(m, m->last, r);
	for (int n = (int)rnd_to(6) + 1; n; n--) {
		struct crm_op op;
		struct crm_result res = { 0 };
		int i = (int)rnd_to(IDS);
		if (!random_op(m, r, i, &op, &rec, &b))
			continue;
		if (crm_txn_apply(t, &op, 1, &res, &err) || res.status) {
			printf("# op %d of %d: status %d %s\n", op.kind, i,
			    res.status, err.msg);
			good = false;
		}
		note(m, r, i, &op, &res);
		any = any || !res.same;
	}
	if (rnd_to(10) == 0) {
		crm_txn_abort(t);
		memcpy(number, old_number, sizeof(number));
		memcpy(last_text, old_text, sizeof(last_text));
	} else if (crm_txn_commit(t, rev, &err)) {
		printf("# commit: %s\n", err.msg);
		good = false;
	} else if (any) {
		m->last = r;
	}
	crm_record_release(&rec);
	crm_buf_release(&b);
	return good;
}

static int
id_of(const struct crm_rec *r)
{
	struct crm_str id = crm_rec_id(r);
	return id.n == 5 ? (id.p[2] - '0') * 100 + (id.p[3] - '0') * 10 +
	    id.p[4] - '0' : -1;
}

static struct crm_query *
query(struct crm_store *s, const char *text)
{
	struct crm_query_ctx c = { .schema = crm_store_schema(s) };
	struct crm_query *q = NULL;
	struct crm_err err = { 0 };
	if (text && crm_query_parse_text(&c, crm_str_z(text), NULL, &q, &err))
		printf("# %s\n", err.msg);
	return q;
}

/* Selects at rev; counts rows that differ from the model; `since` filters. */
static int
compare(struct crm_store *s, const struct model *m, uint64_t rev,
    uint64_t since, bool scan, const char *where)
{
	struct crm_query *q = query(s, where);
	struct crm_select sel = { .where = q, .since = since, .scan = scan };
	struct crm_cursor *c;
	struct crm_err err = { 0 };
	struct crm_batch *b = crm_batch_new();
	bool seen[IDS] = { 0 };
	int bad = 0;
	if (crm_store_select(s, rev, &sel, &c, &err)) {
		printf("# select: %s\n", err.msg);
		return 1;
	}
	enum crm_status st;
	while ((st = crm_cursor_next(c, b, &err)) == CRM_OK)
		for (size_t i = 0; i < crm_batch_len(b); i++) {
			const struct crm_rec *r = crm_batch_row(b, i);
			int k = id_of(r);
			const char *want = m->line[rev][k];
			bad += !want || m->into[rev][k] >= 0 || seen[k] ||
			    !crm_str_is(r->line, want) ||
			    r->rev != m->rev_of[rev][k];
			seen[k] = true;
		}
	bad += st != CRM_NOTFOUND;
	for (int k = 0; k < IDS; k++) {
		bool there = m->line[rev][k] && m->into[rev][k] < 0 &&
		    m->rev_of[rev][k] > since;
		const char *owner = where ? strstr(where, "o1") : NULL;
		if (there && where)
			there = strstr(m->line[rev][k], owner ?
			    "\"owner\":\"o1\"" : "m7@example.com");
		bad += there != seen[k];
	}
	crm_cursor_close(c);
	crm_query_free(q);
	crm_batch_free(b);
	return bad;
}

static int
compare_ids(struct crm_store *s, const struct model *m, uint64_t rev)
{
	struct crm_batch *b = crm_batch_new();
	struct crm_err err = { 0 };
	int bad = 0;
	for (int k = 0; k < IDS; k++) {
		char id[8];
		int to = k;
		for (int hop = 0; to >= 0 && hop < IDS &&
		    m->into[rev][to] >= 0; hop++)
			to = m->into[rev][to];
		const char *want = m->line[rev][to];
		snprintf(id, sizeof(id), "c-%03d", k);
		struct crm_key key = { .by = CRM_BY_ID,
			.value = crm_str_z(id) };
		if (crm_store_get(s, rev, &key, 1, b, NULL, &err)) {
			/* a circle of merged records cannot be resolved */
			bad += m->into[rev][to] < 0;
			continue;
		}
		const struct crm_rec *r = crm_batch_row(b, 0);
		if (m->into[rev][k] >= 0 && !want)
			bad += r->line.n != 0;
		else
			bad += want ? !crm_str_is(r->line, want) :
			    r->line.n != 0;
	}
	crm_batch_free(b);
	return bad;
}

struct replay {
	char *line[IDS];
	int bad;
};

static bool
follow(void *ctx, const struct crm_change *c)
{
	struct replay *p = ctx;
	int k = id_of(c->after ? c->after : c->before);
	if (c->before)
		p->bad += !p->line[k] || !crm_str_is(c->before->line,
		    p->line[k]);
	else
		p->bad += p->line[k] != NULL;
	free(p->line[k]);
	p->line[k] = c->after ? crm_strdup(c->after->line) : NULL;
	return true;
}

static int
compare_feed(struct crm_store *s, const struct model *m)
{
	struct replay p = { 0 };
	struct crm_err err = { 0 };
	if (crm_store_changes(s, 0, UINT64_MAX, 0, follow, &p, &err)) {
		printf("# feed: %s\n", err.msg);
		p.bad++;
	}
	for (int k = 0; k < IDS; k++) {
		const char *want = m->into[m->last][k] < 0 ?
		    m->line[m->last][k] : NULL;
		p.bad += want ? !p.line[k] || strcmp(want, p.line[k]) != 0 :
		    p.line[k] != NULL;
		free(p.line[k]);
	}
	return p.bad;
}

static void
fault(void *ctx, const struct crm_err *e)
{
	int *n = ctx;
	printf("# fault: %s\n", e->msg);
	++*n;
}

/* Rebuilt in place with all or part of its history: what is behind the horizon
 * is refused, the rest is as before. */
static void
compacted(struct crm_store *s, const struct model *m)
{
	struct crm_err err = { 0 };
	uint64_t keep = m->last / 2, rev;
	int diff = 0, faults = 0;
	ok(crm_store_compact(s, keep, &err) == CRM_OK, "compact");
	for (uint64_t r = keep; r <= m->last; r++)
		diff += compare(s, m, r, 0, false, NULL) +
		    compare_ids(s, m, r);
	for (uint64_t r = 0; r <= m->last; r += 7)
		diff += compare(s, m, m->last, r, false, NULL);
	ok(diff == 0, "reads behind the horizon (%d differences)", diff);
	ok(crm_store_at(s, (struct crm_at){ CRM_AT_REV, (int64_t)keep - 1 },
	    &rev, &err) == CRM_VERSION, "before the horizon: refused");
	ok(crm_store_verify(s, fault, &faults, &err) == CRM_OK && faults == 0,
	    "verify after compact");
}

static uint64_t
count(struct crm_store *s, uint64_t rev, const char *where, bool scan)
{
	struct crm_query *q = query(s, where);
	struct crm_select sel = { .where = q, .scan = scan };
	struct crm_cursor *c = NULL;
	struct crm_err err = { 0 };
	uint64_t n = UINT64_MAX;
	if (crm_store_select(s, rev, &sel, &c, &err) ||
	    crm_cursor_count(c, &n, &err))
		printf("# count: %s\n", err.msg);
	crm_cursor_close(c);
	crm_query_free(q);
	return n;
}

/* Words by index and by scan, the index being anywhere behind the newest
 * revision; a page of many ids in one call. */
static void
words(struct crm_store *s, const struct model *m)
{
	int diff = 0;
	for (uint64_t r = 0; r <= m->last; r += 4) {
		char where[40];
		snprintf(where, sizeof(where), "contact n%d*", (int)rnd_to(100));
		diff += count(s, r, where, false) != count(s, r, where, true);
		diff += count(s, r, "contact abcdefgh*", false) !=
		    count(s, r, "contact abcdefgh*", true);
	}
	ok(diff == 0, "words by index and scan (%d differences)", diff);
	struct crm_key key[IDS * 2];
	char id[IDS * 2][8];
	struct crm_batch *b = crm_batch_new(), *one = crm_batch_new();
	struct crm_err err = { 0 };
	for (int i = 0; i < IDS * 2; i++) {
		snprintf(id[i], sizeof(id[i]), "c-%03d", (int)rnd_to(IDS + 5));
		key[i] = (struct crm_key){ .by = CRM_BY_ID,
			.value = crm_str_z(id[i]) };
	}
	/* circles of merged records cannot be resolved, alone or together */
	if (crm_store_get(s, m->last, key, CRM_LEN(key), b, NULL, &err) ==
	    CRM_OK)
		for (size_t i = 0; i < CRM_LEN(key); i++)
			diff += crm_store_get(s, m->last, &key[i], 1, one, NULL,
			    &err) || !crm_str_eq(crm_batch_row(b, i)->line,
			    crm_batch_row(one, 0)->line);
	ok(diff == 0, "many ids at once as one by one");
	crm_batch_free(b);
	crm_batch_free(one);
}

/* Switches the text index on, or brings it up to now. */
static void
index_now(struct crm_store *s)
{
	struct crm_why why = { .now = CRM_SECOND };
	struct crm_txn *t;
	struct crm_err err = { 0 };
	uint64_t rev;
	if (crm_txn_begin(s, &why, &t, &err) ||
	    crm_txn_set(t, CRM_STR("setting.index.text"), CRM_STR("on"),
	    &err) || crm_txn_commit(t, &rev, &err) ||
	    crm_store_index(s, true, &err))
		printf("# index: %s\n", err.msg);
}

static void
history(uint64_t map)
{
	struct crm_store *s = open_new(map);
	struct model *m = calloc(1, sizeof(*m));
	int diff = 0;
	uint64_t rev = 0;
	if (!ok(s != NULL, "a new store opens"))
		return;
	memset(number, 0, sizeof(number));
	memset(m->into, 0xff, sizeof(m->into));
	struct crm_shapes shapes = { 0 };
	rd = (struct crm_reader){ .schema = crm_store_schema(s),
		.shapes = &shapes };
	bool good = true;
	while (m->last < REVS) {
		good = one_commit(s, m, 0, &rev) && good;
		if (m->last % 50 == 30)
			index_now(s);
	}
	ok(good, "every change of a random history is taken");
	for (uint64_t r = 0; r <= m->last; r++)
		diff += compare(s, m, r, 0, false, NULL);
	ok(diff == 0, "scan at every revision (%d differences)", diff);
	diff = 0;
	for (uint64_t r = 0; r <= m->last; r += 3) {
		diff += compare(s, m, r, 0, false, "contact owner:o1");
		diff += compare(s, m, r, 0, false, "contact email:m7@example.com");
		diff += compare(s, m, r, 0, true, "contact email:m7@example.com");
	}
	ok(diff == 0, "conditions by index and scan (%d differences)", diff);
	diff = 0;
	for (uint64_t r = 0; r <= m->last; r += 5)
		diff += compare(s, m, m->last, r, false, NULL) +
		    compare(s, m, m->last, r, true, NULL);
	ok(diff == 0, "since every revision (%d differences)", diff);
	diff = 0;
	for (uint64_t r = 0; r <= m->last; r += 2)
		diff += compare_ids(s, m, r);
	ok(diff == 0, "ids at every revision (%d differences)", diff);
	diff = compare_feed(s, m);
	ok(diff == 0, "the feed rebuilds the newest state (%d differences)",
	    diff);
	words(s, m);
	int faults = 0;
	struct crm_err err = { 0 };
	ok(crm_store_verify(s, fault, &faults, &err) == CRM_OK && faults == 0,
	    "verify finds nothing");
	compacted(s, m);
	crm_reader_release(&rd);
	crm_shapes_release(&shapes);
	crm_store_close(s);
	drop_dir();
	crm_arena_release(&m->mem);
	free(m);
}

/* Erased and rebuilt: not a byte of it is left in the file, the journal's order
 * holds. */
static void
erased(void)
{
	struct crm_store *s = open_new(0);
	struct crm_shapes shapes = { 0 };
	struct crm_err err = { 0 };
	struct crm_record rec = { 0 };
	struct crm_buf file = { 0 };
	struct crm_result res = { 0 };
	char path[300];
	uint64_t no = 0, rev = 0;
	int faults = 0;
	bool good = s != NULL;
	rd = (struct crm_reader){ .schema = crm_store_schema(s),
		.shapes = &shapes };
	index_now(s);
	for (int i = 0; i < 5 && good; i++) {
		struct crm_why why = { .now = CRM_SECOND * (i + 1) };
		if (i < 4)	/* what is said at erasing stays */
			why.reason = why.source = CRM_STR("CANARY asked");
		struct crm_txn *t;
		struct crm_buf b = { 0 };
		crm_buf_printf(&b, "{\"id\":\"CANARY-1\",\"type\":\"contact\","
		    "\"name\":\"CANARY %d\",\"emails\":[\"CANARY%d@x.example"
		    "\"]}", i, i);
		struct crm_op op = { .kind = i ? CRM_OP_REPLACE :
			CRM_OP_INSERT, .no = no, .rec = &rec.rec };
		good = parse(crm_buf_view(&b), &rec) &&
		    crm_txn_begin(s, &why, &t, &err) == CRM_OK &&
		    (i < 4 ? crm_txn_apply(t, &op, 1, &res, &err) :
		    crm_txn_erase(t, &no, 1, &err)) == CRM_OK &&
		    crm_txn_commit(t, &rev, &err) == CRM_OK;
		no = i ? no : res.no;
		crm_buf_release(&b);
		if (i == 2)
			index_now(s);
	}
	ok(good, "a record is erased (%s)", err.msg);
	ok(crm_store_compact(s, 0, &err) == CRM_OK, "and the file rebuilt");
	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	good = crm_buf_read_file(&file, path) == 0;
	for (size_t i = 0; good && i + 6 < file.n; i++)
		good = strncasecmp(file.p + i, "canary", 6) != 0;
	ok(good, "nothing of it is left");
	ok(crm_store_verify(s, fault, &faults, &err) == CRM_OK && faults == 0,
	    "the store is sound");
	ok(count(s, 2, "contact", true) == 0, "nor does the past show it");
	crm_record_release(&rec);
	crm_reader_release(&rd);
	crm_shapes_release(&shapes);
	crm_buf_release(&file);
	crm_store_close(s);
	drop_dir();
}

int
main(void)
{
	erased();
	for (int i = 0; i < 4; i++) {
		seed = (uint64_t)i * 7919 + 12345;
		history(i % 2 ? 65536 : 0);
	}
	return tap_end();
}
