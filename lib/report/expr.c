#include "report/expr.h"

#include "base/mem.h"

enum { MOST_DEPTH = 64, DIGITS = 12 };

struct node {
	char op;		/* + - * /, 'n' name, '0' number */
	struct crm_str name;
	struct crm_dec number;
	size_t a, b;		/* operands: indexes */
};

struct crm_expr {
	struct node *node;
	size_t n, cap;
	size_t root;
	struct crm_arena mem;
};

struct parser {
	struct crm_expr *e;
	struct crm_str text;
	size_t at;
	int depth;
	struct crm_err *err;
};

static size_t
add_node(struct crm_expr *e, struct node node)
{
	crm_grow(&e->node, &e->cap, e->n + 1, sizeof(*e->node));
	e->node[e->n] = node;
	return e->n++;
}

static char
peek(struct parser *p)
{
	while (p->at < p->text.n && p->text.p[p->at] == ' ')
		p->at++;
	return p->at < p->text.n ? p->text.p[p->at] : '\0';
}

static bool
wrong(struct parser *p)
{
	crm_err_set(p->err, CRM_INVALID, "expr.syntax",
	    _("'%.*s': not a formula from character %zu on"), CRM_FMT(p->text),
	    p->at + 1);
	return false;
}

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    (c >= '0' && c <= '9');
}

static bool sum(struct parser *p, size_t *out);

static bool
factor(struct parser *p, size_t *out)
{
	char c = peek(p);
	if (c == '(') {
		if (++p->depth > MOST_DEPTH)
			return wrong(p);
		p->at++;
		if (!sum(p, out) || peek(p) != ')')
			return wrong(p);
		p->at++;
		p->depth--;
		return true;
	}
	size_t from = p->at;
	while (p->at < p->text.n && (is_name(p->text.p[p->at]) ||
	    p->text.p[p->at] == '.'))
		p->at++;
	struct crm_str word = crm_str_sub(p->text, from, p->at - from);
	struct node k = { .op = 'n' };
	if (word.n == 0)
		return wrong(p);
	if (c >= '0' && c <= '9') {
		k.op = '0';
		if (!crm_dec_parse(word, &k.number))
			return wrong(p);
	} else {
		k.name = crm_arena_str(&p->e->mem, word);
	}
	*out = add_node(p->e, k);
	return true;
}

static bool
product(struct parser *p, size_t *out)
{
	if (!factor(p, out))
		return false;
	for (char c; (c = peek(p)) == '*' || c == '/';) {
		size_t b;
		p->at++;
		if (!factor(p, &b))
			return false;
		*out = add_node(p->e, (struct node){ .op = c, .a = *out,
			.b = b });
	}
	return true;
}

static bool
sum(struct parser *p, size_t *out)
{
	if (!product(p, out))
		return false;
	for (char c; (c = peek(p)) == '+' || c == '-';) {
		size_t b;
		p->at++;
		if (!product(p, &b))
			return false;
		*out = add_node(p->e, (struct node){ .op = c, .a = *out,
			.b = b });
	}
	return true;
}

enum crm_status
crm_expr_parse(struct crm_str text, struct crm_expr **out,
    struct crm_err *err)
{
	struct crm_expr *e = crm_zalloc(sizeof(*e));
	struct parser p = { .e = e, .text = text, .err = err };
	if (text.n > 1000 || !sum(&p, &e->root) ||
	    (peek(&p) && !wrong(&p))) {
		crm_expr_free(e);
		return CRM_INVALID;
	}
	*out = e;
	return CRM_OK;
}

void
crm_expr_free(struct crm_expr *e)
{
	if (!e)
		return;
	free(e->node);
	crm_arena_release(&e->mem);
	free(e);
}

/* Operands stand before what uses them: one pass, no recursion. */
bool
crm_expr_value(const struct crm_expr *e,
    bool (*get)(void *ctx, struct crm_str name, struct crm_dec *out),
    void *ctx, struct crm_dec *out)
{
	const struct crm_dec one = { 1, 0 };
	struct crm_dec *v = crm_calloc(e->n, sizeof(*v));
	bool good = true;
	for (size_t i = 0; i < e->n && good; i++) {
		const struct node *k = &e->node[i];
		struct crm_dec a = v[k->a], b = v[k->b];
		switch (k->op) {
		case '+':
			good = crm_dec_add(a, b, &v[i]);
			break;
		case '-':
			good = crm_dec_sub(a, b, &v[i]);
			break;
		case '*':
			good = crm_dec_muldiv(a, b, one,
			    a.scale + b.scale < DIGITS ? a.scale + b.scale :
			    DIGITS, CRM_HALF_EVEN, &v[i]);
			break;
		case '/':
			good = b.v != 0 && crm_dec_muldiv(a, one, b, DIGITS,
			    CRM_HALF_EVEN, &v[i]);
			break;
		case 'n':
			good = get(ctx, k->name, &v[i]);
			break;
		default:
			v[i] = k->number;
			break;
		}
	}
	if (good)
		*out = v[e->root];
	free(v);
	return good;
}
