#include "base/spill.h"

#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/spool.h"

struct chunk {
	struct crm_spilled *e;	/* by part; NULL: in the file */
	uint64_t off;
	uint32_t at[CRM_SPILL_PARTS + 1];	/* where each part begins */
};

struct crm_spill {
	struct chunk *chunk;
	size_t n;
	uint64_t limit;
	const char *dir;
	atomic_uint_fast64_t used, end;	/* bytes of memory, of the file */
	atomic_int fd;			/* -1: none yet */
	atomic_int failed;		/* errno */
};

struct crm_spill *
crm_spill_new(size_t chunks, uint64_t limit, const char *dir)
{
	struct crm_spill *s = crm_zalloc(sizeof(*s));
	s->chunk = crm_calloc(chunks + 1, sizeof(*s->chunk));
	s->n = chunks;
	s->limit = limit;
	s->dir = dir;
	atomic_store(&s->fd, -1);
	return s;
}

void
crm_spill_free(struct crm_spill *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n; i++)
		free(s->chunk[i].e);
	if (s->fd >= 0)
		close(s->fd);
	free(s->chunk);
	free(s);
}

/* The file, made by whoever needs it first. */
static int
file_of(struct crm_spill *s)
{
	int fd = atomic_load(&s->fd), none = -1;
	if (fd >= 0)
		return fd;
	fd = crm_temp_open(s->dir);
	if (fd >= 0 && !atomic_compare_exchange_strong(&s->fd, &none, fd)) {
		close(fd);
		fd = none;
	}
	return fd;
}

static void
write_chunk(struct crm_spill *s, struct chunk *c, size_t bytes)
{
	const char *p = (const char *)c->e;
	int fd = file_of(s);
	c->off = atomic_fetch_add(&s->end, bytes);
	for (size_t at = 0; at < bytes && !atomic_load(&s->failed);) {
		ssize_t n = fd < 0 ? -1 : pwrite(fd, p + at, bytes - at,
		    (off_t)(c->off + at));
		if (n < 0 && (fd < 0 || errno != EINTR))
			atomic_store(&s->failed, errno);
		at += n > 0 ? (size_t)n : 0;
	}
	free(c->e);
	c->e = NULL;
}

void
crm_spill_put(struct crm_spill *s, size_t chunk, struct crm_spilled *e,
    size_t n)
{
	struct chunk *c = &s->chunk[chunk];
	uint32_t at[CRM_SPILL_PARTS];
	size_t bytes = n * sizeof(*e);
	for (size_t i = 0; i < n; i++)
		c->at[(e[i].hi >> 24) + 1]++;
	for (size_t k = 0; k < CRM_SPILL_PARTS; k++) {
		at[k] = c->at[k];
		c->at[k + 1] += c->at[k];
	}
	c->e = crm_reallocarray(NULL, n + 1, sizeof(*c->e));
	for (size_t i = 0; i < n; i++)
		c->e[at[e[i].hi >> 24]++] = e[i];
	free(e);
	if (atomic_fetch_add(&s->used, bytes) + bytes <= s->limit)
		return;
	atomic_fetch_sub(&s->used, bytes);
	write_chunk(s, c, bytes);
}

static void
read_part(struct crm_spill *s, const struct chunk *c, size_t part,
    struct crm_spilled *to)
{
	size_t bytes = (c->at[part + 1] - c->at[part]) * sizeof(*to);
	uint64_t off = c->off + c->at[part] * sizeof(*to);
	for (size_t at = 0; at < bytes && !atomic_load(&s->failed);) {
		ssize_t n = pread(s->fd, (char *)to + at, bytes - at,
		    (off_t)(off + at));
		if (n == 0 || (n < 0 && errno != EINTR))
			atomic_store(&s->failed, n ? errno : EIO);
		at += n > 0 ? (size_t)n : 0;
	}
}

struct crm_spilled *
crm_spill_part(struct crm_spill *s, size_t part, size_t *n)
{
	size_t at = 0;
	*n = 0;
	for (size_t i = 0; i < s->n; i++)
		*n += s->chunk[i].at[part + 1] - s->chunk[i].at[part];
	struct crm_spilled *e = crm_reallocarray(NULL, *n + 1, sizeof(*e));
	for (size_t i = 0; i < s->n; i++) {
		const struct chunk *c = &s->chunk[i];
		size_t k = c->at[part + 1] - c->at[part];
		if (c->e)
			memcpy(e + at, c->e + c->at[part], k * sizeof(*e));
		else if (k)
			read_part(s, c, part, e + at);
		at += k;
	}
	if (atomic_load(&s->failed))
		*n = 0;
	return e;
}

enum crm_status
crm_spill_status(const struct crm_spill *s, struct crm_err *err)
{
	errno = atomic_load(&s->failed);
	return errno ? crm_err_sys(err, "match.spill", _("temporary file")) :
	    CRM_OK;
}
