/* One word of a query as a node of the tree. */
#include "model/query_impl.h"

enum {			/* what a test costs: cheap ones first */
	COST_VALUE = 10, COST_TEXT = 40, COST_REGEX = 50, COST_LINK = 80
};

struct crm_q_node *
crm_q_node_new(struct crm_q_build *b, enum crm_q_node_op op, size_t kids)
{
	struct crm_q_node *n = crm_arena_zalloc(b->mem, sizeof(*n));
	n->op = op;
	n->cost = op == CRM_Q_FULLTEXT ? COST_TEXT : op == CRM_Q_SUB ||
	    op == CRM_Q_LIKE ? COST_LINK : COST_VALUE;
	if (kids)
		n->kid = crm_arena_zalloc(b->mem, kids * sizeof(*n->kid));
	return n;
}

static struct crm_q_node *
negate(struct crm_q_build *b, struct crm_q_node *kid)
{
	struct crm_q_node *n = crm_q_node_new(b, CRM_Q_NOT, 1);
	n->kid[n->n++] = kid;
	n->cost = kid->cost;
	return n;
}

/* The nearest name of all that could stand there. */
static struct crm_str
nearest(const struct crm_schema *s, const struct crm_type *const *types,
    size_t n, struct crm_str name)
{
	struct crm_near near;
	crm_near_init(&near, name);
	for (size_t i = 0; i < (n ? n : s->ntypes); i++) {
		struct crm_str best =
		    crm_type_nearest(n ? types[i] : &s->types[i], name);
		if (best.n)
			crm_near_try(&near, best);
	}
	for (size_t i = 0; crm_q_computed_name(i); i++)
		crm_near_try(&near, crm_str_z(crm_q_computed_name(i)));
	return crm_near_best(&near);
}

enum crm_status
crm_q_unknown(const struct crm_query_ctx *c,
    const struct crm_type *const *types, size_t n, struct crm_str path,
    struct crm_err *err)
{
	struct crm_str best = nearest(c->schema, types, n, path);
	struct crm_str type = n == 1 ? types[0]->name : CRM_STR("any record");
	if (best.n)
		return crm_err_set(err, CRM_USAGE, "query.field",
		    _("no field '%.*s' in %.*s; did you mean '%.*s'?"),
		    CRM_FMT(path), CRM_FMT(type), CRM_FMT(best));
	return crm_err_set(err, CRM_USAGE, "query.field",
	    _("no field '%.*s' in %.*s"), CRM_FMT(path), CRM_FMT(type));
}

static enum crm_status
wrong(struct crm_q_build *b, struct crm_str path)
{
	return crm_err_field(b->err, CRM_USAGE, b->value_err.id, path, "%s",
	    b->value_err.msg);
}

static enum crm_status
leaf(struct crm_q_build *b, struct crm_str path,
    const struct crm_q_want *want, struct crm_q_node **out)
{
	b->value_err.code = CRM_OK;
	struct crm_q_path *p = crm_q_path_new(b, b->q->types, b->q->ntypes,
	    path, want, 0);
	if (!p && b->value_err.code)
		return wrong(b, path);
	if (!p)
		return crm_q_unknown(b->ctx, b->q->types, b->q->ntypes, path,
		    b->err);
	*out = crm_q_node_new(b, CRM_Q_LEAF, 0);
	(*out)->path = p;
	if (want->op == CRM_Q_RE)
		(*out)->cost = COST_REGEX;
	for (size_t i = 0; i < b->ctx->schema->ntypes; i++)
		if (p->step[i].next || (p->step[i].where == CRM_Q_COMPUTED &&
		    p->step[i].computed == CRM_Q_IDLE))
			(*out)->cost = COST_LINK;
	return CRM_OK;
}

/* field:a,none,b is field:a,b or not field:any. */
static bool
take_none(struct crm_q_build *b, struct crm_str *value)
{
	struct crm_str rest = *value, s;
	struct crm_buf kept = { 0 };
	bool quoted, none = false;
	const char *from = rest.p;
	while (crm_q_element(b->mem, &rest, false, &s, &quoted)) {
		const char *to = rest.p ? rest.p - 1 : value->p + value->n;
		if (!quoted && crm_str_is(s, "none")) {
			none = true;
		} else {
			if (kept.n)
				crm_buf_c(&kept, ',');
			crm_buf_add(&kept, from, (size_t)(to - from));
		}
		from = rest.p;
	}
	if (none)
		*value = crm_arena_str(b->mem, crm_buf_view(&kept));
	crm_buf_release(&kept);
	return none;
}

static enum crm_status
field_term(struct crm_q_build *b, struct crm_str path,
    struct crm_q_want *want, struct crm_q_node **out)
{
	struct crm_q_node *n = NULL, *some = NULL;
	struct crm_q_want any = { CRM_Q_HAS, CRM_STR("any"), b->text };
	bool none = want->op == CRM_Q_HAS && take_none(b, &want->value);
	enum crm_status s = CRM_OK;
	if (!none || want->value.n)
		s = leaf(b, path, want, &n);
	if (s == CRM_OK && none)
		s = leaf(b, path, &any, &some);
	if (s)
		return s;
	if (want->op == CRM_Q_NE)
		n = negate(b, n);
	if (some) {
		some = negate(b, some);
		if (n) {
			struct crm_q_node *or = crm_q_node_new(b, CRM_Q_OR, 2);
			or->kid[or->n++] = n;
			or->kid[or->n++] = some;
			some = or;
		}
		n = some;
	}
	*out = n;
	return CRM_OK;
}

static enum crm_status
text_term(struct crm_q_build *b, struct crm_str value, struct crm_q_node **out)
{
	b->value_err.code = CRM_OK;
	struct crm_q_text *t = crm_q_text_new(b, value);
	if (!t)
		return wrong(b, CRM_STR("text"));
	*out = crm_q_node_new(b, CRM_Q_FULLTEXT, 0);
	(*out)->text = t;
	return CRM_OK;
}

static enum crm_status
like_term(struct crm_q_build *b, struct crm_str value, struct crm_q_node **out)
{
	bool quoted;
	value = crm_q_unquote(b->mem, value, &quoted);
	if (!b->ctx->like)
		return crm_err_set(b->err, CRM_USAGE, "query.like",
		    _("like: is not available in this program"));
	void *made = b->ctx->like->make(value);
	if (!made)
		return crm_err_set(b->err, CRM_USAGE, "query.value",
		    _("like: wants a name: '%.*s'"), CRM_FMT(value));
	crm_grow(&b->q->like, &b->q->caplike, b->q->nlike + 1,
	    sizeof(*b->q->like));
	b->q->like[b->q->nlike++] = made;
	*out = crm_q_node_new(b, CRM_Q_LIKE, 0);
	(*out)->like = made;
	return CRM_OK;
}

static bool
is_lower(struct crm_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] < 'a' || s.p[i] > 'z') && s.p[i] != '-' &&
		    s.p[i] != '_')
			return false;
	return s.n > 0;
}

/* Is there another bare word? Then this one is a word to search for too. */
static bool
has_more(const struct crm_q_build *b)
{
	struct crm_str path, v;
	enum crm_q_op op;
	for (size_t i = b->at; i < b->nwords; i++)
		if (b->word[i].kind == CRM_Q_TERM && b->word[i].s.n &&
		    b->word[i].s.p[0] != '@' &&
		    !crm_q_cut(b, b->word[i].s, &path, &op, &v))
			return true;
	return false;
}

/* A bare word that looks like a slip: a field's name (what the shell leaves of
 * an unquoted amount>1000), a type in the wrong place or misspelt. */
static enum crm_status
check_bare(struct crm_q_build *b, struct crm_str word)
{
	const struct crm_schema *s = b->ctx->schema;
	size_t n = b->q->ntypes ? b->q->ntypes : s->ntypes;
	if (crm_schema_type(s, word) || crm_str_is(word, "any"))
		return crm_err_set(b->err, CRM_USAGE, "query.type",
		    _("a type stands first; to search texts: text:%.*s"),
		    CRM_FMT(word));
	for (size_t i = 0; i < n; i++) {
		const struct crm_type *t = b->q->ntypes ? b->q->types[i] :
		    &s->types[i];
		if (crm_type_field(t, word) ||
		    crm_q_computed_find(t, word) >= 0)
			return crm_err_set(b->err, CRM_USAGE, "query.bare",
			    _("'%.*s' is a field: write '%.*s:VALUE', "
			    "or quote '%.*s>1000' against the shell; "
			    "to search texts: text:%.*s"), CRM_FMT(word),
			    CRM_FMT(word), CRM_FMT(word), CRM_FMT(word));
	}
	struct crm_str type = { NULL, 0 };
	if (b->at == 1 && b->q->ntypes == 0 && is_lower(word) && !has_more(b))
		type = crm_schema_nearest_type(s, word);
	if (type.n)
		return crm_err_set(b->err, CRM_USAGE, "query.type",
		    _("no type '%.*s'; did you mean '%.*s'? To search texts: "
		    "text:%.*s"), CRM_FMT(word), CRM_FMT(type), CRM_FMT(word));
	if (word.n > 1 && word.p[0] == '(')
		return crm_err_set(b->err, CRM_USAGE, "query.paren",
		    _("parentheses stand alone, each an argument of its own: "
		    "%.*s"), CRM_FMT(word));
	return CRM_OK;
}

enum crm_status
crm_q_term(struct crm_q_build *b, struct crm_str word, struct crm_q_node **out)
{
	struct crm_str path;
	struct crm_q_want want = { .text = b->text };
	if (word.n > CRM_Q_TEXT)
		return crm_err_set(b->err, CRM_USAGE, "query.length",
		    _("a term is longer than %d bytes"), CRM_Q_TEXT);
	if (word.n && word.p[0] == '@')
		return crm_q_named(b, crm_str_sub(word, 1, SIZE_MAX), out);
	if (!crm_q_cut(b, word, &path, &want.op, &want.value)) {
		enum crm_status s = check_bare(b, word);
		return s ? s : text_term(b, word, out);
	}
	if (want.op == CRM_Q_HAS && crm_str_is(path, "text"))
		return text_term(b, want.value, out);
	if (want.op == CRM_Q_HAS && crm_str_is(path, "like"))
		return like_term(b, want.value, out);
	return field_term(b, path, &want, out);
}
