#include "store/git_tree.h"

#include "base/mem.h"

enum { LEVELS = 4, FAN = 16, BESIDE = 16 };

struct item {		/* a file of a leaf, or something beside the digits */
	struct crm_str name;
	struct crm_git_oid oid;
	bool dir;
};

struct node {
	struct crm_git_oid oid;	/* as stored, where `stored` */
	bool stored, loaded, dirty;
	struct node **kid;	/* inner: sixteen, NULL where there is none */
	struct item *item;	/* leaf: files; root: what is beside */
	size_t n, cap;
};

struct crm_git_tree {
	struct crm_git_repo *repo;
	struct node root;
	struct crm_arena mem;	/* nodes and names */
	struct crm_buf buf;
	size_t held;
};

struct crm_git_tree *
crm_git_tree_new(struct crm_git_repo *r, const struct crm_git_oid *root)
{
	struct crm_git_tree *t = crm_zalloc(sizeof(*t));
	t->repo = r;
	if (root)
		t->root = (struct node){ .oid = *root, .stored = true };
	return t;
}

static void
free_items(struct node *n)
{
	for (size_t i = 0; n->kid && i < FAN; i++)
		if (n->kid[i])
			free_items(n->kid[i]);
	free(n->item);
}

void
crm_git_tree_free(struct crm_git_tree *t)
{
	if (!t)
		return;
	free_items(&t->root);
	crm_arena_release(&t->mem);
	crm_buf_release(&t->buf);
	free(t);
}

size_t
crm_git_tree_held(const struct crm_git_tree *t)
{
	return t->held;
}

static void
add_item(struct crm_git_tree *t, struct node *n, struct crm_str name,
    const struct crm_git_oid *oid, bool dir)
{
	crm_grow(&n->item, &n->cap, n->n + 1, sizeof(*n->item));
	n->item[n->n++] = (struct item){ crm_arena_str(&t->mem, name), *oid,
		dir };
	t->held++;
}

static int
digit_of(struct crm_str name)
{
	static const char digits[] = "0123456789abcdef";
	const char *p = name.n == 1 && name.p[0] ?
	    strchr(digits, name.p[0]) : NULL;
	return p ? (int)(p - digits) : -1;
}

static struct node *
new_kid(struct crm_git_tree *t, struct node *n, int digit)
{
	t->held++;
	return n->kid[digit] = crm_arena_zalloc(&t->mem, sizeof(struct node));
}

/* Reads a node's tree object where it was not read yet. */
static enum crm_status
load(struct crm_git_tree *t, struct node *n, int depth, struct crm_err *err)
{
	enum crm_git_kind kind;
	struct crm_git_item i;
	bool good = true;
	if (n->loaded)
		return CRM_OK;
	n->loaded = true;
	if (depth < LEVELS)
		n->kid = crm_arena_zalloc(&t->mem, FAN * sizeof(*n->kid));
	if (!n->stored)
		return CRM_OK;
	enum crm_status st = crm_git_repo_read(t->repo, &n->oid, &kind,
	    &t->buf, err);
	if (st)
		return st;
	struct crm_str rest = crm_buf_view(&t->buf);
	while (crm_git_tree_next(&rest, &i, &good)) {
		int digit = depth < LEVELS && i.dir ? digit_of(i.name) : -1;
		if (digit < 0) {
			add_item(t, n, i.name, &i.oid, i.dir);
			continue;
		}
		struct node *k = new_kid(t, n, digit);
		k->oid = i.oid;
		k->stored = true;
	}
	good = good && kind == CRM_GIT_TREE && (!n->kid || n->n <= BESIDE);
	return good ? CRM_OK : crm_err_set(err, CRM_CORRUPT, "git.object",
	    _("a tree of the mirror is not as it was made"));
}

static void
put_item(struct crm_git_tree *t, struct node *n, struct crm_str name,
    const struct crm_git_oid *oid, bool dir)
{
	for (size_t i = 0; i < n->n; i++) {
		if (!crm_str_eq(n->item[i].name, name))
			continue;
		if (oid)
			n->item[i].oid = *oid;
		else
			n->item[i] = n->item[--n->n];
		return;
	}
	if (oid)
		add_item(t, n, name, oid, dir);
}

enum crm_status
crm_git_tree_put(struct crm_git_tree *t, const uint8_t digits[4],
    struct crm_str name, const struct crm_git_oid *oid, struct crm_err *err)
{
	struct node *n = &t->root;
	enum crm_status st = load(t, n, 0, err);
	for (int d = 0; d < LEVELS && !st; d++) {
		n->dirty = true;
		if (!n->kid[digits[d]])
			new_kid(t, n, digits[d]);
		n = n->kid[digits[d]];
		st = load(t, n, d + 1, err);
	}
	if (st)
		return st;
	n->dirty = true;
	put_item(t, n, name, oid, false);
	return CRM_OK;
}

enum crm_status
crm_git_tree_has(struct crm_git_tree *t, const uint8_t digits[4],
    struct crm_str name, bool *has, struct crm_err *err)
{
	struct node *n = &t->root;
	enum crm_status st = load(t, n, 0, err);
	*has = false;
	for (int d = 0; d < LEVELS && !st; d++) {
		n = n->kid[digits[d]];
		if (!n)
			return CRM_OK;
		st = load(t, n, d + 1, err);
	}
	for (size_t i = 0; i < n->n && !st && !*has; i++)
		*has = crm_str_eq(n->item[i].name, name);
	return st;
}

enum crm_status
crm_git_tree_beside(struct crm_git_tree *t, const char *name, bool dir,
    const struct crm_git_oid *oid, struct crm_err *err)
{
	enum crm_status st = load(t, &t->root, 0, err);
	if (st)
		return st;
	t->root.dirty = true;
	put_item(t, &t->root, crm_str_z(name), oid, dir);
	return CRM_OK;
}

enum crm_status
crm_git_tree_look(struct crm_git_tree *t, const char *name,
    struct crm_git_oid *oid, bool *has, struct crm_err *err)
{
	enum crm_status st = load(t, &t->root, 0, err);
	*has = false;
	for (size_t i = 0; i < t->root.n && !st && !*has; i++)
		if (crm_str_is(t->root.item[i].name, name)) {
			*oid = t->root.item[i].oid;
			*has = true;
		}
	return st;
}

/* -- writing ------------------------------------------------------------------- */

struct level {		/* dirty nodes of one depth, and their objects */
	struct node **node;
	struct crm_git_obj *obj;
	size_t n, cap, ocap;
	struct crm_buf text;
	size_t *end;
	size_t ecap;
};

static void
collect(struct node *n, int depth, struct level *levels)
{
	struct level *l = &levels[depth];
	if (!n->dirty)
		return;
	crm_grow(&l->node, &l->cap, l->n + 1, sizeof(*l->node));
	l->node[l->n++] = n;
	for (size_t i = 0; n->kid && i < FAN; i++)
		if (n->kid[i])
			collect(n->kid[i], depth + 1, levels);
}

/* Git's order: by name, a directory as if it ended in a slash. */
static int
by_name(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	size_t n = x->name.n < y->name.n ? x->name.n : y->name.n;
	int c = memcmp(x->name.p, y->name.p, n);
	if (c)
		return c;
	unsigned char p = x->name.n > n ? (unsigned char)x->name.p[n] :
	    x->dir ? '/' : '\0';
	unsigned char q = y->name.n > n ? (unsigned char)y->name.p[n] :
	    y->dir ? '/' : '\0';
	return (p > q) - (p < q);
}

static void
print_item(struct crm_buf *b, const struct item *i)
{
	crm_git_tree_add(b, &(struct crm_git_item){ .mode = i->dir ?
	    CRM_STR("40000") : CRM_STR("100644"), .name = i->name,
	    .oid = i->oid });
}

/* Empty directories are left out. */
static void
print_node(const struct node *n, struct crm_buf *b)
{
	static const char digits[] = "0123456789abcdef";
	struct item all[FAN + BESIDE];
	size_t k = 0;
	if (n->n > 1)
		qsort(n->item, n->n, sizeof(*n->item), by_name);
	if (!n->kid) {
		for (size_t i = 0; i < n->n; i++)
			print_item(b, &n->item[i]);
		return;
	}
	for (size_t i = 0; i < n->n && k < BESIDE; i++)
		all[k++] = n->item[i];
	for (size_t i = 0; i < FAN; i++)
		if (n->kid[i] && n->kid[i]->stored)
			all[k++] = (struct item){ { digits + i, 1 },
				n->kid[i]->oid, true };
	qsort(all, k, sizeof(*all), by_name);
	for (size_t i = 0; i < k; i++)
		print_item(b, &all[i]);
}

static enum crm_status
write_level(struct level *l, struct crm_git_pack *p, bool root,
    struct crm_err *err)
{
	size_t from = 0, k = 0;
	crm_grow(&l->end, &l->ecap, l->n + 1, sizeof(*l->end));
	crm_grow(&l->obj, &l->ocap, l->n + 1, sizeof(*l->obj));
	for (size_t i = 0; i < l->n; i++) {
		print_node(l->node[i], &l->text);
		l->end[i] = l->text.n;
	}
	for (size_t i = 0; i < l->n; from = l->end[i++]) {
		l->node[i]->stored = root || l->end[i] > from;
		if (l->node[i]->stored)
			l->obj[k++] = (struct crm_git_obj){ .kind =
				CRM_GIT_TREE, .data = { l->text.p + from,
				l->end[i] - from } };
	}
	enum crm_status st = crm_git_pack_add(p, l->obj, k, err);
	for (size_t i = k = 0; i < l->n; i++) {
		if (l->node[i]->stored)
			l->node[i]->oid = l->obj[k++].oid;
		l->node[i]->dirty = false;
	}
	return st;
}

enum crm_status
crm_git_tree_write(struct crm_git_tree *t, struct crm_git_pack *p,
    struct crm_git_oid *root, struct crm_err *err)
{
	struct level l[LEVELS + 1] = { { 0 } };
	enum crm_status st = CRM_OK;
	if (!t->root.stored) {
		t->root.dirty = true;
		st = load(t, &t->root, 0, err);
	}
	collect(&t->root, 0, l);
	for (int d = LEVELS; d >= 0; d--) {
		if (!st && l[d].n)
			st = write_level(&l[d], p, d == 0, err);
		free(l[d].node);
		free(l[d].obj);
		free(l[d].end);
		crm_buf_release(&l[d].text);
	}
	*root = t->root.oid;
	return st;
}
