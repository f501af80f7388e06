/* Settings, schema and marks: files of the directory `store`. Texts end in a
 * line feed there; what is no text is a file of its bytes, named .bin. */
#include "store/git_sync.h"

#include "base/mem.h"
#include "base/utf8.h"

static bool
plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

void
crm_git_named_file(struct crm_str name, struct crm_buf *out)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i];
		if (plain(c) && !(i == 0 && c == '.'))
			crm_buf_c(out, c);
		else
			crm_buf_printf(out, "%%%02x", (unsigned char)c);
	}
}

static unsigned
hex(char c)
{
	return (unsigned)((c & 15) + (c > '9' ? 9 : 0));
}

void
crm_git_named_name(struct crm_str file, struct crm_buf *out)
{
	for (size_t i = 0; i < file.n; i++) {
		if (file.p[i] == '%' && i + 2 < file.n) {
			crm_buf_c(out, (char)(hex(file.p[i + 1]) << 4 |
			    hex(file.p[i + 2])));
			i += 2;
		} else {
			crm_buf_c(out, file.p[i]);
		}
	}
}

struct names {
	struct crm_git_sync *y;
	struct crm_arena mem;
	struct crm_git_obj *obj;
	struct crm_str *file;
	size_t n, cap, fcap;
	struct crm_buf tmp;
	struct crm_err *err;
	enum crm_status st;
};

static bool
is_text(struct crm_str v)
{
	return crm_utf8_valid(v, NULL) && !memchr(v.p, 0, v.n);
}

static void
take_name(void *ctx, struct crm_str name, struct crm_str value)
{
	struct names *l = ctx;
	bool text = is_text(value);
	/* Notes of an erasure under way name who is to be forgotten. */
	if (crm_str_starts(name, CRM_STR("erase.")))
		return;
	crm_grow(&l->obj, &l->cap, l->n + 1, sizeof(*l->obj));
	crm_grow(&l->file, &l->fcap, l->n + 1, sizeof(*l->file));
	crm_buf_clear(&l->tmp);
	crm_git_named_file(name, &l->tmp);
	crm_buf_z(&l->tmp, text ? ".txt" : ".bin");
	l->file[l->n] = crm_arena_str(&l->mem, crm_buf_view(&l->tmp));
	crm_buf_clear(&l->tmp);
	crm_buf_str(&l->tmp, value);
	if (text)
		crm_buf_c(&l->tmp, '\n');
	struct crm_str v = crm_arena_str(&l->mem, crm_buf_view(&l->tmp));
	if (l->y->vault && !l->st) {
		crm_buf_clear(&l->tmp);
		l->st = crm_git_vault_seal(l->y->vault, NULL, 0, v, &l->tmp,
		    l->err);
		v = crm_arena_str(&l->mem, crm_buf_view(&l->tmp));
	}
	l->obj[l->n] = (struct crm_git_obj){ .kind = CRM_GIT_BLOB, .data = v };
	crm_git_name(&l->obj[l->n++]);
}

static int
by_file(const void *a, const void *b)
{
	const struct crm_str *const *x = a, *const *y = b;
	return crm_str_cmp(**x, **y);
}

/* The tree of the directory, its files in git's order. */
static void
make_dir(struct names *l, struct crm_buf *out)
{
	const struct crm_str **order = crm_calloc(l->n + 1, sizeof(*order));
	for (size_t i = 0; i < l->n; i++)
		order[i] = &l->file[i];
	qsort(order, l->n, sizeof(*order), by_file);
	for (size_t i = 0; i < l->n; i++)
		crm_git_tree_add(out, &(struct crm_git_item){
			.mode = CRM_STR("100644"), .name = *order[i],
			.oid = l->obj[order[i] - l->file].oid });
	free(order);
}

static const char readme[] =
"# History of a CRM store\n\n"
"Written by `crm-history mirror` from the store's journal; do not commit here.\n"
"A record lies under the first four hexadecimal digits of the SHA-256 of its\n"
"id, one field a line. `store/` holds settings and schema, `files/` attached\n"
"files by the SHA-256 of their content. A commit is a transaction; its trailers\n"
"(Crm-Seq, Crm-Rev, Crm-Txn, Crm-Actor, Crm-Why, Crm-Source) say which and why.\n"
"In a sealed mirror files are encrypted and named by numbers.\n\n"
"    git log -p -- '*/ID.json'       what became of a record\n"
"    git blame  -- 3/a/0/f/ID.json   which commit set which field\n"
"    git grep   -l maria@acme.gr     who has this address now\n"
"    crm-history mirror REF          the path of a record\n\n"
"The manual is crm-mirror(7); `crm restore --from-git` makes a store of it.\n";

/* A file in the root that says what this is. */
static enum crm_status
write_readme(struct crm_git_sync *y, struct crm_err *err)
{
	struct crm_git_oid had;
	bool has;
	struct crm_git_obj o = { .kind = CRM_GIT_BLOB,
		.data = { readme, sizeof(readme) - 1 } };
	enum crm_status st = crm_git_tree_look(y->tree, "README.md", &had,
	    &has, err);
	if (st || has)
		return st;
	st = crm_git_pack_add(y->pack, &o, 1, err);
	return st ? st : crm_git_tree_beside(y->tree, "README.md", false,
	    &o.oid, err);
}

enum crm_status
crm_git_named_write(struct crm_git_sync *y, bool *changed,
    struct crm_err *err)
{
	struct names l = { .y = y, .err = err };
	struct crm_git_oid had;
	struct crm_buf dir = { 0 };
	bool has;
	enum crm_status st = crm_store_names(y->store, CRM_STR(""), take_name,
	    &l, err);
	if (!st)
		st = l.st;
	if (!st)
		st = crm_git_tree_look(y->tree, "store", &had, &has, err);
	make_dir(&l, &dir);
	struct crm_git_obj o = { .kind = CRM_GIT_TREE,
		.data = crm_buf_view(&dir) };
	crm_git_name(&o);
	*changed = !st && (l.n ? !has || memcmp(o.oid.b, had.b, 20) != 0 :
	    has);
	if (*changed && !y->pack)
		st = crm_git_pack_new(crm_git_repo_packs(y->repo), &y->pack,
		    err);
	if (!st && *changed)
		st = write_readme(y, err);
	if (!st && *changed)
		st = crm_git_pack_add(y->pack, l.obj, l.n, err);
	if (!st && *changed && l.n)
		st = crm_git_pack_add(y->pack, &o, 1, err);
	if (!st && *changed)
		st = crm_git_tree_beside(y->tree, "store", true, l.n ? &o.oid :
		    NULL, err);
	crm_arena_release(&l.mem);
	crm_buf_release(&l.tmp);
	crm_buf_release(&dir);
	free(l.obj);
	free(l.file);
	return st;
}
