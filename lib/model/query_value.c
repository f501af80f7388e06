/* Compiling what a term asks of a value, once its kind is known. */
#include "model/query_impl.h"

#include "base/utf8.h"
#include "model/norm.h"

bool
crm_q_value_bad(struct crm_q_build *b, const char *fmt, ...)
{
	char msg[sizeof(b->value_err.msg)];
	if (b->value_err.code)
		return false;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	crm_err_set(&b->value_err, CRM_USAGE, "query.value", "%s", msg);
	return false;
}

static bool
is_worded(unsigned kind)
{
	return kind == CRM_K_TEXT || kind == CRM_K_NAME ||
	    kind == CRM_K_QUERY || kind == CRM_K_OBJECT || kind == CRM_K_MAP;
}

static bool
is_number(unsigned kind)
{
	return kind == CRM_K_INT || kind == CRM_K_NUMBER ||
	    kind == CRM_K_MONEY;
}

static bool
is_when(unsigned kind)
{
	return kind == CRM_K_DATE || kind == CRM_K_TIME ||
	    kind == CRM_K_BIRTHDAY || kind == CRM_K_DURATION;
}

static enum crm_q_how
how_of(unsigned kind, enum crm_q_op op)
{
	if (is_worded(kind))
		return op == CRM_Q_EQ ? CRM_Q_WHOLE : CRM_Q_WORDS;
	if (is_number(kind))
		return CRM_Q_NUM;
	switch (kind) {
	case CRM_K_ANY: return op == CRM_Q_EQ ? CRM_Q_WHOLE : CRM_Q_LOOSE;
	case CRM_K_DATE: return CRM_Q_DAY;
	case CRM_K_TIME: return CRM_Q_TIME;
	case CRM_K_BIRTHDAY: return CRM_Q_BIRTH;
	case CRM_K_DURATION: return CRM_Q_SPAN;
	case CRM_K_BOOL: return CRM_Q_BOOL;
	default: return CRM_Q_KEY;
	}
}

bool
crm_q_words(struct crm_arena *mem, struct crm_str text, struct crm_str **word,
    size_t *n)
{
	struct crm_buf fold = { 0 };
	size_t cap = 0;
	struct crm_str w, *list = NULL;
	crm_fold_text(&fold, text);
	struct crm_str rest = crm_buf_view(&fold);
	*n = 0;
	while (crm_word_next(&rest, &w)) {
		crm_grow(&list, &cap, *n + 1, sizeof(*list));
		list[(*n)++] = crm_arena_str(mem, w);
	}
	*word = NULL;
	if (*n) {
		*word = crm_arena_alloc(mem, *n * sizeof(*list));
		memcpy(*word, list, *n * sizeof(*list));
	}
	free(list);
	crm_buf_release(&fold);
	return *n > 0;
}

static struct crm_str
folded(struct crm_arena *mem, struct crm_str s)
{
	struct crm_buf fold = { 0 };
	crm_fold_text(&fold, s);
	s = crm_arena_str(mem, crm_buf_view(&fold));
	crm_buf_release(&fold);
	return s;
}

/* Are stages what this field holds? */
static bool
is_stage(const struct crm_schema *s, const struct crm_field *f)
{
	return f && f->kind != CRM_K_ANY && s->nstages &&
	    (crm_str_is(f->name, "stage") || crm_str_is(f->name, "stages.stage"));
}

/* A word that must be one of a list; false with the nearest named. */
static bool
check_listed(struct crm_q_build *b, const struct crm_field *f, int computed,
    struct crm_str s)
{
	struct crm_near near;
	size_t n = 0;
	const char *const *words = computed < 0 ? NULL :
	    crm_q_computed_words((unsigned)computed, &n);
	const struct crm_schema *schema = b->ctx->schema;
	bool found = false;
	crm_near_init(&near, s);
	if (!words)
		n = is_stage(schema, f) ? schema->nstages : f ? f->nvalues : 0;
	for (size_t i = 0; i < n; i++) {
		struct crm_str v = words ? crm_str_z(words[i]) :
		    is_stage(schema, f) ? schema->stages[i].name : f->values[i];
		crm_near_try(&near, v);
		found = found || crm_str_eq(folded(b->mem, v),
		    folded(b->mem, s));
	}
	if (n == 0 || found)
		return true;
	struct crm_str best = crm_near_best(&near);
	return best.n ? crm_q_value_bad(b,
	    _("no such value: '%.*s'; did you mean '%.*s'?"), CRM_FMT(s),
	    CRM_FMT(best)) :
	    crm_q_value_bad(b, _("no such value: '%.*s'"), CRM_FMT(s));
}

/* `me` is the actor where a field says who. */
static struct crm_str
who(const struct crm_q_build *b, const struct crm_field *f, struct crm_str s)
{
	const struct crm_query_ctx *c = b->ctx;
	if (!f || !crm_str_is(s, "me") || (!crm_str_is(f->leaf, "owner") &&
	    !crm_str_is(f->leaf, "by")))
		return s;
	if (c->actor.n)
		return c->actor;
	return c->who ? crm_str_z(c->who(c->who_ctx)) : s;
}

static struct crm_str
kept(struct crm_q_build *b, struct crm_buf *buf)
{
	struct crm_str s = crm_arena_str(b->mem, crm_buf_view(buf));
	crm_buf_release(buf);
	return s;
}

/* The beginning of a key: that of phones has no blanks or dashes, others are
 * folded. */
static struct crm_str
prefix_of(struct crm_q_build *b, unsigned kind, struct crm_str s)
{
	struct crm_buf out = { 0 };
	if (kind != CRM_K_PHONE && kind != CRM_K_REF) {
		crm_fold(&out, s);
		return kept(b, &out);
	}
	for (size_t i = 0; i < s.n; i++)
		if (kind == CRM_K_REF || s.p[i] == '+' || (s.p[i] >= '0' && s.p[i] <= '9'))
			crm_buf_c(&out, s.p[i]);
	return kept(b, &out);
}

/* Codes of a known form: anything else would find nothing in silence. NULL, or
 * what is wrong. Broken phones and tax numbers are stored and can be asked
 * for. */
static const char *
fault_of(const struct crm_q_build *b, const struct crm_field *f,
    struct crm_str s)
{
	struct crm_norm_ctx ctx = { .country = b->ctx->region };
	if (f->kind != CRM_K_COUNTRY && f->kind != CRM_K_CURRENCY &&
	    f->kind != CRM_K_EMAIL)
		return NULL;
	return crm_norm_check(crm_norm_of(f), s, &ctx);
}

static bool
key_item(struct crm_q_build *b, const struct crm_q_want *w,
    const struct crm_q_test *t, int computed, struct crm_str s, bool quoted,
    struct crm_q_item *it)
{
	const struct crm_field *f = t->field;
	struct crm_buf key = { 0 }, raw = { 0 };
	if (!quoted && s.n > 1 && s.p[s.n - 1] == '*') {
		it->prefix = true;
		it->key = prefix_of(b, crm_field_is_id(f) ? CRM_K_REF :
		    t->kind, crm_str_sub(s, 0, s.n - 1));
		return true;
	}
	if (w->op == CRM_Q_HAS)
		s = who(b, f, s);
	/* Sinks keep a stage that they do not know; stage=X asks for it. */
	bool any_stage = (w->op == CRM_Q_EQ || w->op == CRM_Q_NE) &&
	    is_stage(b->ctx->schema, f);
	if (!any_stage && !check_listed(b, f, computed, s))
		return false;
	const char *fault = f && w->op == CRM_Q_HAS ? fault_of(b, f, s) : NULL;
	if (fault)
		return crm_q_value_bad(b, "%s: '%.*s'", fault, CRM_FMT(s));
	bool right = f && crm_field_key(f, s, b->ctx->region, &key);
	it->key = right ? kept(b, &key) : folded(b->mem, s);
	crm_json_quote(&raw, s);
	it->raw = kept(b, &raw);
	return true;
}

static bool
bool_item(struct crm_q_build *b, struct crm_str s, struct crm_q_item *it)
{
	static const char *const words[] = { "true", "yes", "1", "false", "no",
		"0" };
	struct crm_str key = folded(b->mem, s);
	for (size_t i = 0; i < CRM_LEN(words); i++)
		if (crm_str_is(key, words[i])) {
			it->yes = i < 3;
			return true;
		}
	return crm_q_value_bad(b, _("not true or false: '%.*s'"), CRM_FMT(s));
}

static bool
word_item(struct crm_q_build *b, struct crm_str s, bool quoted,
    struct crm_q_item *it)
{
	if (!quoted && s.n > 1 && s.p[s.n - 1] == '*') {
		it->prefix = true;
		s.n--;
	}
	if (!crm_q_words(b->mem, s, &it->word, &it->nwords))
		return crm_q_value_bad(b, _("no word to look for in '%.*s'"),
		    CRM_FMT(s));
	if (it->nwords > CRM_Q_WORDS_MAX)
		return crm_q_value_bad(b, _("more than %d words in one value"),
		    CRM_Q_WORDS_MAX);
	struct crm_buf raw = { 0 };
	crm_json_quote(&raw, s);
	it->raw = kept(b, &raw);
	return true;
}

/* Schemaless: a number, a time, words, as the other side will have it. */
static bool
loose_item(struct crm_q_build *b, const struct crm_q_want *w, struct crm_str s,
    bool quoted, struct crm_q_item *it)
{
	struct crm_err was = b->value_err;
	it->num = !quoted && crm_q_number_item(b, w, CRM_K_NUMBER, s, it);
	bool lo = it->lo, hi = it->hi, lo_open = it->lo_open,
	    hi_open = it->hi_open;
	it->span = !quoted && !it->num &&
	    crm_q_when_item(b, w, CRM_K_TIME, -1, s, it);
	b->value_err = was;
	it->lo = lo, it->hi = hi, it->lo_open = lo_open, it->hi_open = hi_open;
	if (w->op != CRM_Q_HAS) {
		it->lo = w->op == CRM_Q_GT || w->op == CRM_Q_GE;
		it->hi = !it->lo;
		it->lo_open = it->hi_open = w->op == CRM_Q_GT ||
		    w->op == CRM_Q_LT;
		it->lo_text = it->hi_text = folded(b->mem, s);
		return true;
	}
	const char *dots = quoted ? NULL : memmem(s.p, s.n, "..", 2);
	if (!dots && (it->num || it->span)) {
		if (!word_item(b, s, quoted, it))
			b->value_err = was;
		return true;
	}
	if (!dots)
		return word_item(b, s, quoted, it);
	size_t at = (size_t)(dots - s.p);
	it->lo_text = folded(b->mem, crm_str_sub(s, 0, at));
	it->hi_text = folded(b->mem, crm_str_sub(s, at + 2, SIZE_MAX));
	it->lo = at > 0;
	it->hi = at + 2 < s.n;
	return true;
}

static bool
make_item(struct crm_q_build *b, struct crm_q_test *t,
    const struct crm_q_want *w, int computed, struct crm_str s, bool quoted)
{
	struct crm_q_item *it = &t->item[t->n];
	struct crm_err *e = &b->value_err;
	t->n++;
	switch (t->how) {
	case CRM_Q_WORDS:
		return word_item(b, s, quoted, it);
	case CRM_Q_WHOLE:
		it->key = folded(b->mem, s);
		if (t->kind == CRM_K_ANY) {
			struct crm_err was = *e;
			it->num = crm_q_number_item(b, w, CRM_K_NUMBER, s, it);
			*e = was;
		}
		return true;
	case CRM_Q_NUM:
		return crm_q_number_item(b, w, t->kind, s, it);
	case CRM_Q_DAY: case CRM_Q_TIME: case CRM_Q_BIRTH: case CRM_Q_SPAN:
		return crm_q_when_item(b, w, t->kind, computed, s, it);
	case CRM_Q_BOOL:
		return bool_item(b, s, it);
	case CRM_Q_LOOSE:
		return loose_item(b, w, s, quoted, it);
	case CRM_Q_KEY:
		return key_item(b, w, t, computed, s, quoted, it);
	case CRM_Q_PRESENT: case CRM_Q_REGEX_:
		break;
	}
	return false;
}

static int
by_key(const void *a, const void *b)
{
	const struct crm_q_item *x = a, *y = b;
	return crm_str_cmp(x->key, y->key);
}

/* An id, or a reference to one: ids of merged records lead on. */
static bool
names_record(const struct crm_q_test *t)
{
	return t->kind == CRM_K_REF || crm_field_is_id(t->field);
}

/* The alternatives of field:a,b,c. */
static bool
has_items(struct crm_q_build *b, struct crm_q_test *t,
    const struct crm_q_want *w, int computed)
{
	struct crm_str rest = w->value, s;
	bool quoted, loose = is_worded(t->kind) || t->kind == CRM_K_ANY;
	size_t cap = 0;
	bool sort = t->how == CRM_Q_KEY;
	while (crm_q_element(b->mem, &rest, loose, &s, &quoted)) {
		if (s.n == 0 && !quoted)
			return crm_q_value_bad(b, _("a value is missing "
			    "('none' asks for records without one)"));
		if (!quoted && crm_str_is(s, "any")) {
			t->how = CRM_Q_PRESENT;
			return true;
		}
		if (names_record(t) && (quoted || s.p[s.n - 1] != '*')) {
			crm_q_ref_items(b, t, &cap, s, t->kind != CRM_K_REF);
			continue;
		}
		crm_grow(&t->item, &cap, t->n + 1, sizeof(*t->item));
		t->item[t->n] = (struct crm_q_item){ 0 };
		if (!make_item(b, t, w, computed, s, quoted))
			return false;
		sort = sort && !t->item[t->n - 1].prefix;
	}
	if (t->kind == CRM_K_COUNTRY || t->kind == CRM_K_LANGUAGE ||
	    t->kind == CRM_K_CURRENCY)
		t->memo = crm_calloc((size_t)1 << CRM_Q_MEMO_BITS,
		    sizeof(*t->memo));
	if (sort && t->n > 8) {
		qsort(t->item, t->n, sizeof(*t->item), by_key);
		t->sorted = true;
	}
	return true;
}

static bool
fill(struct crm_q_build *b, struct crm_q_test *t, const struct crm_q_want *w,
    int computed)
{
	bool quoted = false;
	struct crm_str s = w->text ?
	    crm_q_unquote(b->mem, w->value, &quoted) : w->value;
	if (w->op == CRM_Q_RE) {
		t->how = CRM_Q_REGEX_;
		t->regex = crm_q_regex_new(b, s);
		return t->regex != NULL;
	}
	if (w->op == CRM_Q_HAS)
		return has_items(b, t, w, computed);
	if (w->op != CRM_Q_EQ && !is_number(t->kind) && !is_when(t->kind) &&
	    t->kind != CRM_K_ANY)
		return crm_q_value_bad(b, _("'%s' and the like are for "
		    "numbers, money, dates, times and durations"), ">");
	if (names_record(t)) {
		size_t cap = 0;
		crm_q_ref_items(b, t, &cap, s, true);
		return true;
	}
	t->item = crm_calloc(1, sizeof(*t->item));
	return make_item(b, t, w, computed, s, true);
}

/* Types have many fields in common: `id` is asked of all of them. */
static bool
is_twin(const struct crm_q_test *t, unsigned kind, const struct crm_field *f)
{
	const struct crm_field *g = t ? t->field : NULL;
	return f && g && t->kind == kind && kind != CRM_K_REF &&
	    f->match == g->match && f->nvalues == 0 && g->nvalues == 0 &&
	    crm_str_eq(f->name, g->name);
}

struct crm_q_test *
crm_q_test_new(struct crm_q_build *b, unsigned kind,
    const struct crm_field *f, int computed, const struct crm_q_want *w)
{
	if (computed < 0 && is_twin(b->last, kind, f))
		return b->last;
	struct crm_q_test *t = crm_zalloc(sizeof(*t));
	struct crm_q_want want = *w;
	if (want.op == CRM_Q_NE)	/* the parser puts `not` before it */
		want.op = CRM_Q_EQ;
	t->kind = (uint16_t)kind;
	t->field = f;
	t->how = how_of(kind, want.op);
	if (!fill(b, t, &want, computed) || !b->q) {
		crm_q_test_free(t);
		return NULL;
	}
	crm_grow(&b->q->test, &b->q->captests, b->q->ntests + 1,
	    sizeof(*b->q->test));
	b->q->test[b->q->ntests++] = t;
	if (computed < 0)
		b->last = t;
	return t;
}

void
crm_q_test_free(struct crm_q_test *t)
{
	if (!t)
		return;
	free(t->item);
	free(t->memo);
	crm_q_regex_free(t->regex);
	free(t);
}
