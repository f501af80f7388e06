/* Words to a tree: not binds tightest, then and, then or. */
#include "model/query_impl.h"

static enum crm_status parse_or(struct crm_q_build *b, struct crm_q_node **out);

static bool
at_kind(const struct crm_q_build *b, enum crm_q_word_kind kind)
{
	return b->at < b->nwords && b->word[b->at].kind == kind;
}

static enum crm_status
parse_group(struct crm_q_build *b, struct crm_q_node **out)
{
	if (++b->depth > CRM_Q_DEPTH)
		return crm_err_set(b->err, CRM_USAGE, "query.depth",
		    _("more than %d parentheses inside each other"),
		    CRM_Q_DEPTH);
	b->at++;
	enum crm_status s = parse_or(b, out);
	if (s)
		return s;
	if (!at_kind(b, CRM_Q_W_CLOSE))
		return crm_err_set(b->err, CRM_USAGE, "query.paren",
		    _("a parenthesis is not closed"));
	b->at++;
	b->depth--;
	return CRM_OK;
}

static enum crm_status
parse_not(struct crm_q_build *b, struct crm_q_node **out)
{
	bool negated = false;
	while (at_kind(b, CRM_Q_W_NOT)) {
		negated = !negated;
		b->at++;
	}
	enum crm_status s;
	if (at_kind(b, CRM_Q_W_OPEN))
		s = parse_group(b, out);
	else if (at_kind(b, CRM_Q_TERM))
		s = crm_q_term(b, b->word[b->at++].s, out);
	else
		return crm_err_set(b->err, CRM_USAGE, "query.syntax",
		    b->at < b->nwords ? _("a term is missing before '%.*s'") :
		    _("a term is missing at the end%.*s"),
		    b->at < b->nwords ? (int)b->word[b->at].s.n : 0,
		    b->at < b->nwords ? b->word[b->at].s.p : "");
	if (s || !negated)
		return s;
	struct crm_q_node *n = crm_q_node_new(b, CRM_Q_NOT, 1);
	n->kid[n->n++] = *out;
	n->cost = (*out)->cost;
	*out = n;
	return CRM_OK;
}

/* Joins the list; its cheapest members first: they decide most records. */
static void
join(struct crm_q_build *b, enum crm_q_node_op op, struct crm_q_node **list,
    size_t n, struct crm_q_node **out)
{
	if (n == 1) {
		*out = list[0];
		return;
	}
	struct crm_q_node *node = crm_q_node_new(b, op, n);
	for (unsigned cost = 0; cost <= UINT8_MAX && node->n < n; cost++)
		for (size_t i = 0; i < n; i++)
			if (list[i]->cost == cost)
				node->kid[node->n++] = list[i];
	node->cost = node->kid[n - 1]->cost;
	*out = node;
}

static enum crm_status
parse_list(struct crm_q_build *b, enum crm_q_node_op op,
    enum crm_status (*part)(struct crm_q_build *, struct crm_q_node **),
    struct crm_q_node **out)
{
	struct crm_q_node **list = NULL, *n;
	size_t len = 0, cap = 0;
	enum crm_status s;
	for (;;) {
		s = part(b, &n);
		if (s)
			break;
		crm_grow(&list, &cap, len + 1, sizeof(*list));
		list[len++] = n;
		if (at_kind(b, op == CRM_Q_OR ? CRM_Q_W_OR : CRM_Q_W_AND))
			b->at++;
		else if (op == CRM_Q_OR || b->at >= b->nwords ||
		    at_kind(b, CRM_Q_W_OR) || at_kind(b, CRM_Q_W_CLOSE))
			break;
	}
	if (s == CRM_OK)
		join(b, op, list, len, out);
	free(list);
	return s;
}

static enum crm_status
parse_and(struct crm_q_build *b, struct crm_q_node **out)
{
	return parse_list(b, CRM_Q_AND, parse_not, out);
}

static enum crm_status
parse_or(struct crm_q_build *b, struct crm_q_node **out)
{
	return parse_list(b, CRM_Q_OR, parse_and, out);
}

/* The words that rank: full text that is not under an odd number of `not`. */
static void
gather_text(struct crm_query *q, const struct crm_q_node *n, bool negated)
{
	negated ^= n->op == CRM_Q_NOT;
	for (size_t i = 0; i < n->n; i++)
		gather_text(q, n->kid[i], negated);
	if (n->op != CRM_Q_FULLTEXT || negated)
		return;
	crm_grow(&q->words, &q->capwords, q->nwords + 1, sizeof(*q->words));
	q->words[q->nwords++] = n->text;
}

static void
set_type(struct crm_query *q, const struct crm_type *t)
{
	q->types = crm_arena_alloc(&q->mem, sizeof(*q->types));
	q->types[0] = t;
	q->ntypes = 1;
}

/* A type, its plural or `any` as the first word. */
static enum crm_status
first_word(struct crm_q_build *b, const struct crm_type *preset)
{
	struct crm_str w = b->word[0].s;
	const struct crm_type *t = crm_schema_type(b->ctx->schema, w);
	if (preset)
		set_type(b->q, preset);
	if (b->word[0].kind != CRM_Q_TERM)
		return CRM_OK;
	if (t && preset && t != preset)
		return crm_err_set(b->err, CRM_USAGE, "query.type",
		    _("two types: '%.*s' and '%.*s'"), CRM_FMT(preset->name),
		    CRM_FMT(t->name));
	if (t || (crm_str_is(w, "any") && !preset)) {
		if (t && !preset)
			set_type(b->q, t);
		b->at = 1;
		return CRM_OK;
	}
	return CRM_OK;
}

static struct crm_query *
query_new(const struct crm_query_ctx *c)
{
	struct crm_query *q = crm_zalloc(sizeof(*q));
	crm_q_calc_init(&q->calc, c);
	q->cache.schema = c->schema;
	q->scratch.region = crm_arena_str(&q->mem, c->region);
	q->calc.region = q->scratch.region;
	q->scratch.clock = c->clock;
	q->like_ops = c->like;
	return q;
}

static enum crm_status
parse(const struct crm_query_ctx *c, const struct crm_q_word *word, size_t n,
    bool text, unsigned depth, const struct crm_type *preset,
    struct crm_query **out, struct crm_err *err)
{
	enum crm_status s = CRM_OK;
	struct crm_query *q = query_new(c);
	struct crm_q_build b = { .ctx = c, .mem = &q->mem, .cache = &q->cache,
		.q = q, .err = err, .text = text, .depth = depth, .word = word,
		.nwords = n };
	if (n > CRM_Q_TERMS)
		s = crm_err_set(err, CRM_USAGE, "query.length",
		    _("more than %d words in a query"), CRM_Q_TERMS);
	else if (n)
		s = first_word(&b, preset);
	else if (preset)
		set_type(q, preset);
	if (s == CRM_OK && b.at < n)
		s = parse_or(&b, &q->root);
	if (s == CRM_OK && b.at < n)
		s = crm_err_set(err, CRM_USAGE, "query.paren",
		    _("a parenthesis is closed that was not opened"));
	if (s) {
		crm_query_free(q);
		return s;
	}
	if (q->root)
		gather_text(q, q->root, false);
	*out = q;
	return CRM_OK;
}

enum crm_status
crm_query_parse(const struct crm_query_ctx *c, const struct crm_str *words,
    size_t n, const struct crm_type *preset, struct crm_query **out,
    struct crm_err *err)
{
	struct crm_q_word *list = crm_calloc(n, sizeof(*list));
	for (size_t i = 0; i < n; i++)
		list[i] = crm_q_word_of(words[i]);
	enum crm_status s = parse(c, list, n, false, 0, preset, out, err);
	free(list);
	return s;
}

enum crm_status
crm_q_parse_text(const struct crm_query_ctx *c, struct crm_str text,
    const struct crm_type *preset, unsigned depth, struct crm_query **out,
    struct crm_err *err)
{
	struct crm_q_word *list;
	size_t n;
	enum crm_status s = crm_q_split(text, &list, &n, err);
	if (s)
		return s;
	s = parse(c, list, n, true, depth, preset, out, err);
	free(list);
	return s;
}

enum crm_status
crm_query_parse_text(const struct crm_query_ctx *c, struct crm_str text,
    const struct crm_type *preset, struct crm_query **out,
    struct crm_err *err)
{
	return crm_q_parse_text(c, text, preset, 0, out, err);
}
