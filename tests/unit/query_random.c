/* Random records against random queries: the matcher must agree with a plain
 * evaluator over the values the records were made from, and what the planner is
 * told must hold for every record that matches. */
#include "fixture.h"

enum { ACCOUNTS = 40, DEALS = 160, QUERIES = 1500, TAGS = 3 };

static const char *const countries[] = { "GR", "DE", "FR", "CY" };
static const char *const stages[] = { "new", "proposal", "won", "lost" };
static const char *const currencies[] = { "EUR", "USD" };
static const char *const tags[] = { "vip", "trial", "beta" };
static const char *const words[] = { "alpha", "alpine", "Bêta", "gamma",
	"delta", "ΑΘΗΝΑ" };
static const char *const folded[] = { "alpha", "alpine", "beta", "gamma",
	"delta", "αθηνα" };

struct thing {
	bool deal;
	int country, stage, currency;	/* -1: absent */
	int64_t cents;			/* of a deal */
	int day;			/* close_date, days of 2026; -1: absent */
	int hour;			/* created, hours of 2026 */
	int employees, account;
	unsigned tags;
	int word[2];			/* of the name */
};

static uint64_t state = 20261121;

static unsigned
pick(unsigned n)
{
	state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned)(state >> 33) % n;
}

static void
date(struct crm_buf *b, int day)
{
	crm_date_format(b, crm_ymd_day((struct crm_ymd){ 2026, 1, 1 }) + day);
}

static void
print_thing(const struct thing *t, size_t no, struct crm_buf *b)
{
	crm_buf_clear(b);
	crm_buf_printf(b, "{\"id\":\"x%zu\",\"type\":\"%s\",\"name\":\"%s %s\"",
	    no, t->deal ? "deal" : "account", words[t->word[0]],
	    words[t->word[1]]);
	if (t->country >= 0)
		crm_buf_printf(b, ",\"address\":{\"city\":\"x\",\"country\":"
		    "\"%s\"}", countries[t->country]);
	if (!t->deal)
		crm_buf_printf(b, ",\"employees\":%d", t->employees);
	if (t->deal && t->account >= 0)
		crm_buf_printf(b, ",\"account\":\"x%d\"", t->account);
	if (t->stage >= 0)
		crm_buf_printf(b, ",\"stage\":\"%s\"", stages[t->stage]);
	if (t->deal)
		crm_buf_printf(b, ",\"amount\":\"%" PRId64 ".%02d\","
		    "\"currency\":\"%s\"", t->cents / 100,
		    (int)(t->cents % 100), currencies[t->currency]);
	if (t->day >= 0) {
		crm_buf_z(b, ",\"close_date\":\"");
		date(b, t->day);
		crm_buf_c(b, '"');
	}
	if (t->tags) {
		crm_buf_z(b, ",\"tags\":[");
		for (int i = 0; i < TAGS; i++)
			if (t->tags & 1u << i) {
				crm_json_comma(b);
				crm_json_quote(b, crm_str_z(tags[i]));
			}
		crm_buf_c(b, ']');
	}
	crm_buf_z(b, ",\"created\":\"");
	date(b, t->hour / 24);
	crm_buf_printf(b, "T%02d:30:00Z\"}", t->hour % 24);
}

static struct thing
make_thing(bool deal)
{
	struct thing t = { .deal = deal, .country = -1, .stage = -1,
		.day = -1, .account = -1 };
	t.word[0] = (int)pick(CRM_LEN(words));
	t.word[1] = (int)pick(CRM_LEN(words));
	t.hour = (int)pick(300 * 24);
	t.tags = pick(2) ? 0 : pick(1u << TAGS);
	t.employees = (int)pick(100);
	if (!deal && pick(5))
		t.country = (int)pick(CRM_LEN(countries));
	if (!deal)
		return t;
	t.cents = pick(4) ? pick(500000) : pick(50) * 10000;
	t.currency = (int)pick(2);
	t.stage = pick(6) ? (int)pick(CRM_LEN(stages)) : -1;
	t.day = pick(4) ? (int)pick(300) : -1;
	t.account = pick(4) ? (int)pick(ACCOUNTS) : -1;
	return t;
}

/* A term, or a tree of them. */
struct node {
	enum { COUNTRY, STAGE, NOT_STAGE, AMOUNT, CLOSE, CREATED, TAG, NO_TAG,
		NAME, PREFIX, TEXT, EMPLOYEES, REF, LINK, TERMS, AND, OR,
		NOT } op;
	int a, b;		/* values or ends; -1: open */
	int currency;
	struct node *x, *y;
};

static struct node *
make_node(int depth)
{
	struct node *n = crm_zalloc(sizeof(*n));
	if (depth > 0 && pick(3)) {
		n->op = AND + pick(3);
		n->x = make_node(depth - 1);
		n->y = n->op == NOT ? NULL : make_node(depth - 1);
		return n;
	}
	n->op = pick(TERMS);
	n->currency = (int)pick(3) - 1;
	n->a = (int)pick(4);
	n->b = pick(2) ? (int)pick(4) : n->a;
	int most = n->op == AMOUNT ? 5000 : 300;
	if (n->op == AMOUNT || n->op == CLOSE || n->op == CREATED) {
		n->a = (int)pick((unsigned)most);
		n->b = n->a + (int)pick((unsigned)most / 3);
		if (!pick(3))
			*(pick(2) ? &n->a : &n->b) = -1;
	}
	if (n->op == NAME || n->op == TEXT)
		n->a = (int)pick(CRM_LEN(words));
	if (n->op == EMPLOYEES)
		n->a = (int)pick(100);
	if (n->op == TAG)
		n->a = (int)pick(TAGS);
	return n;
}

static void
free_node(struct node *n)
{
	if (!n)
		return;
	free_node(n->x);
	free_node(n->y);
	free(n);
}

static const char *const prefixes[] = { "al", "alp", "b", "αθ" };
static const char *const compare[] = { ">", "<=", "=", "!=" };

static void
print_range(const struct node *n, struct crm_buf *b)
{
	for (int i = 0; i < 2; i++) {
		int v = i ? n->b : n->a;
		if (i)
			crm_buf_z(b, "..");
		if (v < 0)
			continue;
		if (n->op == AMOUNT)
			crm_buf_printf(b, "%d%s", v, n->currency >= 0 ?
			    currencies[n->currency] : "");
		else
			date(b, v);
	}
}

static void
print_node(const struct node *n, struct crm_buf *b)
{
	switch (n->op) {
	case COUNTRY:
		crm_buf_printf(b, "country:%s,%s", countries[n->a],
		    countries[n->b]);
		break;
	case STAGE:
		crm_buf_printf(b, "stage:%s,%s", stages[n->a], stages[n->b]);
		break;
	case NOT_STAGE:
		crm_buf_printf(b, "stage!=%s", stages[n->a]);
		break;
	case AMOUNT: case CLOSE: case CREATED:
		crm_buf_z(b, n->op == AMOUNT ? "amount:" : n->op == CLOSE ?
		    "close_date:" : "created:");
		print_range(n, b);
		break;
	case TAG: crm_buf_printf(b, "tag:%s", tags[n->a]); break;
	case NO_TAG: crm_buf_z(b, "tags:none"); break;
	case NAME: crm_buf_printf(b, "name:%s", folded[n->a]); break;
	case PREFIX: crm_buf_printf(b, "name:%s*", prefixes[n->a]); break;
	case TEXT: crm_buf_printf(b, "text:%s", words[n->a]); break;
	case EMPLOYEES:
		crm_buf_printf(b, "employees%s%d", compare[n->b], n->a);
		break;
	case REF:
		crm_buf_printf(b, "account.country:%s", countries[n->a]);
		break;
	case LINK: crm_buf_printf(b, "deal.stage:%s", stages[n->a]); break;
	case AND: case OR:
		crm_buf_z(b, "(");
		print_node(n->x, b);
		crm_buf_z(b, n->op == AND ? " " : " or ");
		print_node(n->y, b);
		crm_buf_z(b, ")");
		break;
	case NOT: case TERMS:
		crm_buf_z(b, "not ");
		print_node(n->x, b);
		break;
	}
}

static bool
in(const struct node *n, int64_t v, int64_t unit)
{
	return (n->a < 0 || v >= n->a * unit) &&
	    (n->b < 0 || v <= n->b * unit);
}

static bool
begins(const struct thing *t, const char *prefix)
{
	for (int i = 0; i < 2; i++)
		if (strncmp(folded[t->word[i]], prefix, strlen(prefix)) == 0)
			return true;
	return false;
}

static bool
naive(const struct node *n, const struct thing *all, size_t no)
{
	const struct thing *t = &all[no];
	switch (n->op) {
	case COUNTRY:
		return t->country >= 0 &&
		    (t->country == n->a || t->country == n->b);
	case STAGE:
		return t->stage >= 0 && (t->stage == n->a || t->stage == n->b);
	case NOT_STAGE: return t->stage != n->a;
	case AMOUNT:
		return t->deal && in(n, t->cents, 100) &&
		    (n->currency < 0 || n->currency == t->currency);
	case CLOSE: return t->day >= 0 && in(n, t->day, 1);
	case CREATED: return in(n, t->hour / 24, 1);
	case TAG: return t->tags >> n->a & 1;
	case NO_TAG: return !t->tags;
	case NAME: case TEXT: return t->word[0] == n->a || t->word[1] == n->a;
	case PREFIX: return begins(t, prefixes[n->a]);
	case EMPLOYEES:
		return !t->deal ? n->b == 0 ? t->employees > n->a :
		    n->b == 1 ? t->employees <= n->a :
		    n->b == 2 ? t->employees == n->a : t->employees != n->a :
		    n->b == 3;
	case REF:
		return t->deal && t->account >= 0 &&
		    all[t->account].country == n->a;
	case LINK:
		for (size_t i = ACCOUNTS; i < ACCOUNTS + DEALS; i++)
			if (!t->deal && all[i].account == (int)no &&
			    all[i].stage == n->a)
				return true;
		return false;
	case AND: return naive(n->x, all, no) && naive(n->y, all, no);
	case OR: return naive(n->x, all, no) || naive(n->y, all, no);
	case NOT: case TERMS: return !naive(n->x, all, no);
	}
	return false;
}

/* -- what the planner is told ---------------------------------------------- */

static bool
key_fits(const struct crm_bound *b, struct crm_str key)
{
	if (b->kind == CRM_BOUND_RANGE)
		return crm_str_cmp(key, b->lo) >= 0 &&
		    (!b->hi.n || crm_str_cmp(key, b->hi) <= 0);
	for (size_t i = 0; i < b->n; i++) {
		struct crm_str k = b->keys[i];
		if (b->kind == CRM_BOUND_WORDS && k.p[k.n - 1] == '*' ?
		    crm_str_starts(key, crm_str_sub(k, 0, k.n - 1)) :
		    b->kind == CRM_BOUND_PREFIX ? crm_str_starts(key, k) :
		    crm_str_eq(key, k))
			return true;
	}
	return false;
}

static bool
bound_holds(const struct crm_bound *b, const struct crm_keyset *k,
    const struct crm_rec *r)
{
	if (b->kind == CRM_BOUND_ID)
		return key_fits(b, crm_rec_id(r));
	for (size_t i = 0; i < k->n; i++) {
		const struct crm_keyent *e = &k->k[i];
		bool word = e->what == CRM_KEY_WORD;
		if (word == (b->kind == CRM_BOUND_WORDS) &&
		    (word || e->field == b->field) && key_fits(b, e->term))
			return true;
	}
	return false;
}

static bool
bounds_hold(struct crm_query *q, const struct crm_rec *r)
{
	const struct crm_bound *b;
	struct crm_keyset k = { 0 };
	bool none, good = true;
	size_t n = crm_query_bounds(q, r->type, &b, &none);
	crm_record_keys(r, ~0u, (struct crm_str){ NULL, 0 }, &k);
	for (size_t i = 0; i < n; i++)
		good = good && bound_holds(&b[i], &k, r);
	crm_keyset_release(&k);
	return good && !none;
}

static bool
try(struct fixture *f, const struct thing *all, const char *type,
    size_t *matched)
{
	struct crm_query_ctx c = { .schema = f->schema, .env = &f->env };
	struct crm_buf text = { 0 };
	struct crm_err err = { 0 };
	struct crm_query *q;
	struct node *n = make_node(3);
	crm_buf_z(&text, type);
	print_node(n, &text);
	bool good = true;
	if (crm_query_parse_text(&c, crm_buf_view(&text), NULL, &q, &err)) {
		/* fields of another type are unknown under a type */
		good = type[0] && strncmp(err.msg, "no field", 8) == 0;
		if (!good)
			ok(false, "%s: %s", crm_buf_cstr(&text), err.msg);
		q = NULL;
	}
	for (size_t i = 0; q && i < f->n && good; i++) {
		const struct crm_rec *r = &f->rec[i].rec;
		bool of_type = !type[0] || strncmp(type, r->type->name.p,
		    r->type->name.n) == 0;
		bool want = of_type && naive(n, all, i);
		bool got = crm_query_match(q, r, &f->env);
		*matched += got;
		if (got != want || (got && !bounds_hold(q, r)))
			good = ok(false, "%s: %s %.*s", crm_buf_cstr(&text),
			    got != want ? got ? "found" : "missed" : "bounds",
			    CRM_FMT(r->line));
	}
	crm_query_free(q);
	crm_buf_release(&text);
	free_node(n);
	return good;
}

int
main(void)
{
	static const char *const types[] = { "", "", "deal ", "account " };
	static struct thing all[ACCOUNTS + DEALS];
	struct fixture f;
	struct crm_buf line = { 0 };
	size_t matched = 0;
	bool good = true;
	fixture_init(&f);
	for (size_t i = 0; i < ACCOUNTS + DEALS; i++) {
		all[i] = make_thing(i >= ACCOUNTS);
		print_thing(&all[i], i, &line);
		fixture_add(&f, crm_buf_view(&line));
	}
	for (size_t i = 0; i < QUERIES && good; i++)
		good = try(&f, all, types[pick(CRM_LEN(types))], &matched);
	ok(good, "%d random queries agree", QUERIES);
	ok(matched > QUERIES, "they find something: %zu", matched);
	crm_buf_release(&line);
	fixture_release(&f);
	return tap_end();
}
