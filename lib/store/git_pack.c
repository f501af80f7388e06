/* Writing a pack: objects are hashed and compressed (by threads where there are
 * many), appended to a file; at the end its head, checksum and index. */
#include "store/git_pack.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "store/git_sha1.h"
#include "store/git_work.h"

enum { THREADS = 4, SLICE = 64, WRITE_BYTES = 1 << 20 };

struct entry {
	struct crm_git_oid oid;
	uint32_t crc;
	uint64_t at;
};

struct crm_git_pack {
	char *dir, *temp;
	int fd;
	struct crm_buf buf;	/* not yet written */
	uint64_t at;		/* bytes so far */
	struct entry *e;
	size_t n, cap;
	uint32_t *slot;		/* index + 1 into e, by the name's first bytes */
	size_t nslots;
	struct crm_git_work w[THREADS];
};

/* -- one object -------------------------------------------------------------- */

void
crm_git_name(struct crm_git_obj *o)
{
	static const char *const kinds[] = { "", "commit", "tree", "blob" };
	struct crm_sha1 s;
	char head[40];
	int n = snprintf(head, sizeof(head), "%s %zu", kinds[o->kind],
	    o->data.n);
	crm_sha1_init(&s);
	crm_sha1_add(&s, head, (size_t)n + 1);
	crm_sha1_add(&s, o->data.p, o->data.n);
	crm_sha1_end(&s, o->oid.b);
}

/* -- the file ---------------------------------------------------------------- */

static enum crm_status
flush(struct crm_git_pack *p, struct crm_err *err)
{
	size_t at = 0;
	while (at < p->buf.n) {
		ssize_t n = write(p->fd, p->buf.p + at, p->buf.n - at);
		if (n < 0 && errno != EINTR)
			return crm_err_sys(err, "git.write", "'%s'", p->temp);
		at += n > 0 ? (size_t)n : 0;
	}
	crm_buf_clear(&p->buf);
	return CRM_OK;
}

enum crm_status
crm_git_pack_new(const char *dir, struct crm_git_pack **out,
    struct crm_err *err)
{
	struct crm_git_pack *p = crm_zalloc(sizeof(*p));
	struct crm_buf path = { 0 };
	crm_buf_printf(&path, "%s/crm_tmp_pack", dir);
	crm_buf_cstr(&path);
	p->temp = crm_buf_detach(&path, NULL);
	p->dir = crm_strdup(crm_str_z(dir));
	p->fd = open(p->temp, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	*out = p;
	if (p->fd < 0) {
		enum crm_status st = crm_err_sys(err, "git.write", "'%s'",
		    p->temp);
		crm_git_pack_abort(p);
		*out = NULL;
		return st;
	}
	/* The number of objects is filled in at the end. */
	crm_buf_add(&p->buf, "PACK\0\0\0\2\0\0\0\0", 12);
	p->at = 12;
	return CRM_OK;
}

static void
release(struct crm_git_pack *p)
{
	for (size_t i = 0; i < THREADS; i++)
		crm_git_work_release(&p->w[i]);
	if (p->fd >= 0)
		close(p->fd);
	crm_buf_release(&p->buf);
	free(p->e);
	free(p->slot);
	free(p->dir);
	free(p->temp);
	free(p);
}

void
crm_git_pack_abort(struct crm_git_pack *p)
{
	if (!p)
		return;
	unlink(p->temp);
	release(p);
}

uint64_t
crm_git_pack_bytes(const struct crm_git_pack *p)
{
	return p->at;
}

size_t
crm_git_pack_count(const struct crm_git_pack *p)
{
	return p->n;
}

static uint32_t *
find_slot(struct crm_git_pack *p, const struct crm_git_oid *oid)
{
	uint64_t h;
	memcpy(&h, oid->b, 8);
	size_t i = (size_t)h & (p->nslots - 1);
	while (p->slot[i] && memcmp(p->e[p->slot[i] - 1].oid.b, oid->b,
	    20) != 0)
		i = (i + 1) & (p->nslots - 1);
	return &p->slot[i];
}

static void
more_slots(struct crm_git_pack *p)
{
	if (p->n * 2 < p->nslots)
		return;
	p->nslots = p->nslots ? p->nslots * 2 : 1024;
	free(p->slot);
	p->slot = crm_calloc(p->nslots, sizeof(*p->slot));
	for (size_t i = 0; i < p->n; i++)
		*find_slot(p, &p->e[i].oid) = (uint32_t)(i + 1);
}

/* What stands before an entry's compressed data: its kind, its size, how far
 * back its base lies. */
static struct crm_str
print_head(uint8_t b[32], unsigned kind, uint64_t size, uint64_t back)
{
	size_t n = 0, at = 31;
	b[n] = (uint8_t)(kind << 4 | (size & 15));
	for (size >>= 4; size; size >>= 7) {
		b[n++] |= 0x80;
		b[n] = size & 0x7f;
	}
	n++;
	if (kind == CRM_GIT_OFS) {
		b[at] = back & 0x7f;
		while (back >>= 7)
			b[--at] = 0x80 | (--back & 0x7f);
		memmove(b + n, b + at, 32 - at);
		n += 32 - at;
	}
	return (struct crm_str){ (const char *)b, n };
}

/* An entry, unless the pack has the object. back 0: whole. */
static enum crm_status
put_entry(struct crm_git_pack *p, const struct crm_git_oid *oid,
    struct crm_str head, struct crm_str z, struct crm_err *err)
{
	more_slots(p);
	uint32_t *slot = find_slot(p, oid), crc = 0;
	if (*slot)
		return CRM_OK;
	crc = (uint32_t)crc32(crc, (const Bytef *)head.p, (uInt)head.n);
	crc = (uint32_t)crc32(crc, (const Bytef *)z.p, (uInt)z.n);
	crm_grow(&p->e, &p->cap, p->n + 1, sizeof(*p->e));
	p->e[p->n] = (struct entry){ *oid, crc, p->at };
	*slot = (uint32_t)++p->n;
	crm_buf_str(&p->buf, head);
	crm_buf_str(&p->buf, z);
	p->at += head.n + z.n;
	return p->buf.n < WRITE_BYTES ? CRM_OK : flush(p, err);
}

/* Where the pack has an object, 0: nowhere. */
static uint64_t
place_of(struct crm_git_pack *p, const struct crm_git_oid *oid)
{
	more_slots(p);
	uint32_t slot = *find_slot(p, oid);
	return slot ? p->e[slot - 1].at : 0;
}

enum crm_status
crm_git_pack_copy(struct crm_git_pack *p, const struct crm_git_entry *e,
    bool *copied, struct crm_err *err)
{
	uint8_t head[32];
	uint64_t base = e->delta ? place_of(p, &e->base) : 0;
	*copied = e->kind != CRM_GIT_DELTA && (!e->delta || base);
	if (!*copied)
		return CRM_OK;
	return put_entry(p, &e->oid, print_head(head, e->delta ?
	    CRM_GIT_OFS : e->kind, e->size, p->at - base), e->z, err);
}

/* What a thread has made, in order. */
static enum crm_status
put_pieces(struct crm_git_pack *p, const struct crm_git_work *w,
    struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	size_t from = 0;
	for (size_t i = 0; i < w->n && !st; i++) {
		const struct crm_git_piece *q = &w->piece[i];
		uint8_t head[32];
		uint64_t base = q->delta ? place_of(p, &q->base) : 0;
		st = put_entry(p, &w->obj[i].oid, print_head(head, q->delta ?
		    CRM_GIT_OFS : w->obj[i].kind, q->size, p->at - base),
		    (struct crm_str){ w->out.p + from, q->end - from }, err);
		from = q->end;
	}
	return st;
}

static void *
work(void *ctx)
{
	crm_git_work_run(ctx);
	return NULL;
}

/* How many threads are worth their while. */
static size_t
share_out(struct crm_git_pack *p, struct crm_git_obj *obj, size_t n)
{
	size_t k = n / SLICE < THREADS ? n / SLICE : THREADS, at = 0;
	long cpus = k > 1 ? sysconf(_SC_NPROCESSORS_ONLN) : 1;
	if (cpus < 1)
		cpus = 1;
	if (k < 1 || k > (size_t)cpus)
		k = k < 1 ? 1 : (size_t)cpus;
	for (size_t i = 0; i < k; i++) {
		p->w[i].obj = obj + at;
		p->w[i].n = (n - at) / (k - i);
		at += p->w[i].n;
	}
	return k;
}

enum crm_status
crm_git_pack_add(struct crm_git_pack *p, struct crm_git_obj *obj, size_t n,
    struct crm_err *err)
{
	pthread_t id[THREADS];
	bool own[THREADS] = { false };
	enum crm_status st = CRM_OK;
	size_t k = share_out(p, obj, n);
	for (size_t i = 1; i < k; i++)
		own[i] = pthread_create(&id[i], NULL, work, &p->w[i]) == 0;
	for (size_t i = 0; i < k; i++) {
		if (own[i])
			pthread_join(id[i], NULL);
		else
			work(&p->w[i]);
	}
	for (size_t i = 0; i < k && !st; i++)
		st = p->w[i].failed ? crm_err_set(err, CRM_SYSTEM,
		    "git.object", _("an object is too large")) :
		    put_pieces(p, &p->w[i], err);
	return st;
}

/* -- the end ----------------------------------------------------------------- */

static int
by_oid(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	return memcmp(x->oid.b, y->oid.b, 20);
}

static int
by_name(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct crm_git_oid));
}

struct crm_git_oid *
crm_git_pack_names(const struct crm_git_pack *p, size_t *n)
{
	struct crm_git_oid *out = crm_calloc(p->n + 1, sizeof(*out));
	for (size_t i = 0; i < p->n; i++)
		out[i] = p->e[i].oid;
	qsort(out, p->n, sizeof(*out), by_name);
	*n = p->n;
	return out;
}

bool
crm_git_names_have(const struct crm_git_oid *names, size_t n,
    const struct crm_git_oid *oid)
{
	return bsearch(oid, names, n, sizeof(*names), by_name) != NULL;
}

static void
put32(struct crm_buf *b, uint32_t v)
{
	v = __builtin_bswap32(v);
	crm_buf_add(b, &v, 4);
}

static void
put_offsets(struct crm_buf *b, const struct crm_git_pack *p)
{
	uint32_t large = 0;
	for (size_t i = 0; i < p->n; i++)
		put32(b, p->e[i].at < 0x80000000 ? (uint32_t)p->e[i].at :
		    0x80000000 | large++);
	for (size_t i = 0; i < p->n && large; i++) {
		if (p->e[i].at < 0x80000000)
			continue;
		put32(b, (uint32_t)(p->e[i].at >> 32));
		put32(b, (uint32_t)p->e[i].at);
	}
}

static void
make_index(struct crm_git_pack *p, const uint8_t sum[20], struct crm_buf *b)
{
	struct crm_sha1 s;
	uint8_t own[20];
	size_t at = 0;
	qsort(p->e, p->n, sizeof(*p->e), by_oid);
	crm_buf_add(b, "\377tOc\0\0\0\2", 8);
	for (unsigned i = 0; i < 256; i++) {
		while (at < p->n && p->e[at].oid.b[0] <= i)
			at++;
		put32(b, (uint32_t)at);
	}
	for (size_t i = 0; i < p->n; i++)
		crm_buf_add(b, p->e[i].oid.b, 20);
	for (size_t i = 0; i < p->n; i++)
		put32(b, p->e[i].crc);
	put_offsets(b, p);
	crm_buf_add(b, sum, 20);
	crm_sha1_init(&s);
	crm_sha1_add(&s, b->p, b->n);
	crm_sha1_end(&s, own);
	crm_buf_add(b, own, 20);
}

/* The head counts the objects, and the checksum covers the head: only now can
 * both be written. */
static enum crm_status
seal(struct crm_git_pack *p, uint8_t sum[20], struct crm_err *err)
{
	uint32_t n = __builtin_bswap32((uint32_t)p->n);
	struct crm_sha1 s;
	enum crm_status st = flush(p, err);
	if (st)
		return st;
	if (pwrite(p->fd, &n, 4, 8) != 4)
		return crm_err_sys(err, "git.write", "'%s'", p->temp);
	char *part = crm_buf_room(&p->buf, WRITE_BYTES);
	crm_sha1_init(&s);
	for (uint64_t at = 0; at < p->at;) {
		ssize_t got = pread(p->fd, part, WRITE_BYTES, (off_t)at);
		if (got <= 0)
			return crm_err_sys(err, "git.write", "'%s'", p->temp);
		crm_sha1_add(&s, part, (size_t)got);
		at += (uint64_t)got;
	}
	crm_sha1_end(&s, sum);
	crm_buf_add(&p->buf, sum, 20);
	st = flush(p, err);
	if (!st && fsync(p->fd) < 0)
		st = crm_err_sys(err, "git.write", "'%s'", p->temp);
	return st;
}

/* Makes `temp` (durable) appear as DIR/NAME.EXT, readable only. */
static enum crm_status
appear(const char *temp, const char *dir, const char *name, const char *ext,
    struct crm_err *err)
{
	struct crm_buf path = { 0 };
	crm_buf_printf(&path, "%s/%s.%s", dir, name, ext);
	enum crm_status st = CRM_OK;
	if (rename(temp, crm_buf_cstr(&path)) < 0)
		st = crm_err_sys(err, "git.write", "'%s'", path.p);
	crm_buf_release(&path);
	return st;
}

static enum crm_status
write_index(struct crm_git_pack *p, const uint8_t sum[20], const char *name,
    struct crm_err *err)
{
	struct crm_buf temp = { 0 }, idx = { 0 };
	crm_buf_printf(&temp, "%s/crm_tmp_idx", p->dir);
	make_index(p, sum, &idx);
	int fd = open(crm_buf_cstr(&temp), O_WRONLY | O_CREAT | O_TRUNC |
	    O_CLOEXEC | O_NOFOLLOW, 0600);
	enum crm_status st = CRM_OK;
	for (size_t at = 0; at < idx.n && fd >= 0 && !st;) {
		ssize_t n = write(fd, idx.p + at, idx.n - at);
		if (n < 0 && errno != EINTR)
			st = crm_err_sys(err, "git.write", "'%s'", temp.p);
		at += n > 0 ? (size_t)n : 0;
	}
	if (fd < 0 || (!st && fsync(fd) < 0))
		st = crm_err_sys(err, "git.write", "'%s'", temp.p);
	if (fd >= 0)
		close(fd);
	if (!st)
		st = appear(temp.p, p->dir, name, "idx", err);
	crm_buf_release(&temp);
	crm_buf_release(&idx);
	return st;
}

static enum crm_status
sync_dir(const char *dir, struct crm_err *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum crm_status st = CRM_OK;
	if (fd < 0 || fsync(fd) < 0)
		st = crm_err_sys(err, "git.write", "'%s'", dir);
	if (fd >= 0)
		close(fd);
	return st;
}

enum crm_status
crm_git_pack_finish(struct crm_git_pack *p, char name[48],
    struct crm_err *err)
{
	uint8_t sum[20];
	char own[48] = "pack-";
	if (name)
		name[0] = '\0';
	if (p->n == 0) {
		crm_git_pack_abort(p);
		return CRM_OK;
	}
	enum crm_status st = seal(p, sum, err);
	if (st) {
		crm_git_pack_abort(p);
		return st;
	}
	/* A name of its own: git repack removes packs by the names it read at its
	 * start, and the same objects may have been packed before. */
	uint8_t salt[20];
	if (getrandom(salt, sizeof(salt), 0) != sizeof(salt))
		memcpy(salt, sum, sizeof(salt));
	crm_hex(salt, 20, own + 5);
	/* The pack first: an index without its pack would be an error. */
	st = appear(p->temp, p->dir, own, "pack", err);
	if (!st)
		st = write_index(p, sum, own, err);
	if (!st)
		st = sync_dir(p->dir, err);
	if (!st && name)
		memcpy(name, own, sizeof(own));
	release(p);
	return st;
}
