import { feedPlugin } from "@11ty/eleventy-plugin-rss";
import syntaxHighlight from "@11ty/eleventy-plugin-syntaxhighlight";

const PER_PAGE = 7;

/** Lists of articles by a word of theirs, in pages: what Eleventy's own pagination cannot do in one template. */
function listed(articles, wordsOf) {
  const groups = new Map();
  for (const article of articles) {
    for (const word of wordsOf(article)) {
      groups.set(word, [...(groups.get(word) ?? []), article]);
    }
  }
  return [...groups].flatMap(([word, found]) => {
    const pages = Math.ceil(found.length / PER_PAGE);
    return Array.from({ length: pages }, (_, page) => ({
      word,
      page: page + 1,
      pages,
      count: found.length,
      articles: found.slice(page * PER_PAGE, (page + 1) * PER_PAGE),
    }));
  });
}

export default function (config) {
  const newest = (api) => api.getFilteredByTag("posts").reverse();
  config.addPlugin(syntaxHighlight);
  config.addPlugin(feedPlugin, {
    type: "atom",
    outputPath: "/feeds/all.atom.xml",
    collection: { name: "posts", limit: 100 },
    metadata: { language: "en", title: "Guides", subtitle: "Guides", base: "https://example.org/", author: { name: "" } },
  });
  config.addCollection("newest", newest);
  config.addCollection("byTopic", (api) => listed(newest(api), (it) => [it.data.topic]));
  config.addCollection("byTag", (api) => listed(newest(api), (it) => it.data.tags.filter((tag) => tag !== "posts")));
  config.addFilter("day", (date) => date.toISOString().slice(0, 10));
}
