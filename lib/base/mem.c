#include "base/mem.h"

#include <unistd.h>

static _Noreturn void
out_of_memory(void)
{
	static const char msg[] = "crm: out of memory\n";
	ssize_t r = write(2, msg, sizeof(msg) - 1);
	(void)r;
	_exit(4);
}

void *
crm_alloc(size_t n)
{
	void *p = malloc(n ? n : 1);
	if (!p)
		out_of_memory();
	return p;
}

void *
crm_zalloc(size_t n)
{
	return crm_calloc(1, n);
}

void *
crm_calloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);
	if (!p)
		out_of_memory();
	return p;
}

void *
crm_realloc(void *p, size_t n)
{
	void *q = realloc(p, n ? n : 1);
	if (!q)
		out_of_memory();
	return q;
}

void *
crm_reallocarray(void *p, size_t n, size_t size)
{
	void *q = reallocarray(p, n ? n : 1, size ? size : 1);
	if (!q)
		out_of_memory();
	return q;
}

char *
crm_strdup(struct crm_str s)
{
	char *p = crm_alloc(s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

void
crm_grow(void *pp, size_t *cap, size_t need, size_t size)
{
	if (need <= *cap)
		return;
	size_t n = *cap + *cap / 2;
	if (n < 8 && size <= 64)
		n = 8;
	if (n < need)
		n = need;
	void *p;
	memcpy(&p, pp, sizeof(p));
	p = crm_reallocarray(p, n, size);
	memcpy(pp, &p, sizeof(p));
	*cap = n;
}

enum { CHUNK = 16384, FIRST = 1000 };	/* a small arena touches few pages */

struct crm_chunk {
	struct crm_chunk *next;
	size_t size;
	max_align_t data[];
};

static void
new_chunk(struct crm_arena *a, size_t n)
{
	size_t last = a->head ? a->head->size : 0, size = CHUNK;
	if (n > CHUNK / 4)
		size = n;
	else if (last < CHUNK / 2)
		size = last * 2 > n + FIRST ? last * 2 : n + FIRST;
	if (size > SIZE_MAX - sizeof(struct crm_chunk))
		out_of_memory();
	struct crm_chunk *c = a->spare;
	if (c && n <= CHUNK) {
		a->spare = c->next;
		size = c->size;
	} else {
		c = crm_alloc(sizeof(*c) + size);
	}
	c->size = size;
	c->next = a->head;
	a->head = c;
	a->p = (char *)c->data;
	a->end = a->p + size;
}

void *
crm_arena_alloc(struct crm_arena *a, size_t n)
{
	n = (n + 7) & ~(size_t)7;
	if (n == 0)
		n = 8;
	if ((size_t)(a->end - a->p) < n)
		new_chunk(a, n);
	void *p = a->p;
	a->p += n;
	a->used += n;
	return p;
}

void *
crm_arena_zalloc(struct crm_arena *a, size_t n)
{
	return memset(crm_arena_alloc(a, n), 0, n);
}

struct crm_str
crm_arena_str(struct crm_arena *a, struct crm_str s)
{
	char *p = crm_arena_alloc(a, s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct crm_str){ p, s.n };
}

/* The oldest chunk is used first again, so that addresses go up. */
void
crm_arena_rewind(struct crm_arena *a)
{
	struct crm_chunk *c;
	while ((c = a->head)) {
		a->head = c->next;
		if (c->size != CHUNK) {
			free(c);
			continue;
		}
		c->next = a->spare;
		a->spare = c;
	}
	a->used = 0;
	a->p = a->end = NULL;
}

/* Keeps the newest chunk of the usual size for the next round. */
void
crm_arena_clear(struct crm_arena *a)
{
	struct crm_chunk *keep = NULL, *c;
	while ((c = a->head)) {
		a->head = c->next;
		if (!keep && c->size <= CHUNK)
			keep = c;
		else
			free(c);
	}
	if (keep)
		keep->next = NULL;
	a->head = keep;
	a->used = 0;
	a->p = keep ? (char *)keep->data : NULL;
	a->end = keep ? a->p + keep->size : NULL;
}

void
crm_arena_release(struct crm_arena *a)
{
	crm_arena_rewind(a);
	for (struct crm_chunk *c; (c = a->spare); free(c))
		a->spare = c->next;
	*a = (struct crm_arena){ 0 };
}
