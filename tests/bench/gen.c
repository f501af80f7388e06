/* Contacts for the benchmarks: gen jsonl|csv|ids|emails N. No clock, no
 * locale; row i depends on i alone, so a smaller file is the beginning of a
 * bigger one. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t
mix(uint64_t z)
{
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static unsigned
pick(uint64_t i, unsigned salt, unsigned n)
{
	return (unsigned)(mix(i * 64 + salt + 1) % n);
}

static const char *const given[] = { "Anna", "Nikos", "María", "Giorgos",
	"John", "Sarah", "Ahmed", "Yuki", "Jürgen", "Zoë", "Ivan", "Olga",
	"Priya", "Omar", "Emma", "Łukasz", "Ελένη", "Мария", "美咲", "Peter" };
static const char *const family[] = { "Papadopoulos", "Smith", "García",
	"Müller", "Rossi", "Nguyen", "Kowalski", "Tanaka", "O'Neill", "Silva",
	"Kim", "Patel", "Novák", "Jensen", "Κωνσταντίνου", "Петров", "Brown",
	"Cohen", "Lopez", "Hansen" };
static const char *const firm[] = { "Acme", "Globex", "Initech", "Umbrella",
	"Hooli", "Vandelay", "Soylent", "Aegean", "Nordic", "Atlas" };
static const char *const trade[] = { "Foods", "Systems", "Logistics",
	"Marine", "Energy", "Labs", "Media", "Health" };
static const char *const country[] = { "US", "US", "US", "DE", "DE", "GB",
	"GB", "FR", "IT", "ES", "NL", "PL", "SE", "IN", "JP", "BR" };
static const char *const stage[] = { "lead", "prospect", "qualified",
	"customer", "won", "lost" };
static const char *const word[] = { "called", "about", "the", "renewal",
	"and", "asked", "for", "a", "quote", "annual", "plan", "meeting",
	"next", "week", "finance", "waiting", "legal", "review", "contract",
	"sent", "follow", "pricing", "objection", "naïve", "café", "until" };

static void
notes(uint64_t i)
{
	unsigned n = 8 + pick(i, 20, 16);
	for (unsigned k = 0; k < n; k++)
		printf("%s%s", k ? " " : "",
		    word[pick(i, 21 + k, sizeof(word) / sizeof(*word))]);
}

static void
row(uint64_t i, int json)
{
	const char *g = given[pick(i, 0, 20)], *f = family[pick(i, 1, 20)];
	/* two in a hundred are Greek */
	const char *c = pick(i, 2, 50) ? country[pick(i, 3, 16)] : "GR";
	unsigned day = pick(i, 4, 1826), sec = pick(i, 5, 86400);
	char at[32];
	snprintf(at, sizeof(at), "20%02u-%02u-%02uT%02u:%02u:%02uZ",
	    20 + day / 366, day / 31 % 12 + 1, day % 28 + 1, sec / 3600,
	    sec / 60 % 60, sec % 60);
	printf(json ? "{\"id\":\"c-%09lu\",\"type\":\"contact\",\"name\":"
	    "\"%s %s\",\"given_name\":\"%s\",\"family_name\":\"%s\","
	    "\"emails\":[\"user.%lu@%s%s.example\"],\"phones\":[\"+49%u\"],"
	    "\"company\":\"%s %s GmbH\",\"country\":\"%s\",\"tags\":[\"%s\"],"
	    "\"stage\":\"%s\",\"owner\":\"owner-%u\",\"amount\":%u,\"notes\":\"" :
	    "c-%09lu,contact,%s %s,%s,%s,user.%lu@%s%s.example,+49%u,"
	    "%s %s GmbH,%s,%s,%s,owner-%u,%u,",
	    (unsigned long)i, g, f, g, f, (unsigned long)i,
	    firm[pick(i, 6, 10)], trade[pick(i, 7, 8)],
	    1510000000 + pick(i, 8, 99999999), firm[pick(i, 6, 10)],
	    trade[pick(i, 7, 8)], c, pick(i, 9, 3) ? "newsletter" : "vip",
	    stage[pick(i, 10, 6)], pick(i, 11, 8), pick(i, 12, 100000));
	notes(i);
	printf(json ? "\",\"created\":\"%s\",\"updated\":\"%s\"}\n" :
	    ",%s,%s\n", at, at);
}

int
main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: gen jsonl|csv|ids|emails N\n");
		return 2;
	}
	uint64_t n = strtoull(argv[2], NULL, 10);
	if (argv[1][0] == 'c')
		puts("id,type,name,given_name,family_name,email,phone,company,"
		    "country,tags,stage,owner,amount,notes,created,updated");
	for (uint64_t i = 0; i < n; i++) {
		uint64_t k = mix(i + 7) % n;	/* keys: in random order */
		if (argv[1][0] == 'i')
			printf("c-%09lu\n", (unsigned long)k);
		else if (argv[1][0] == 'e')
			printf("user.%lu@%s%s.example\n", (unsigned long)k,
			    firm[pick(k, 6, 10)], trade[pick(k, 7, 8)]);
		else
			row(i, argv[1][0] == 'j');
	}
	return fflush(stdout) != 0;
}
