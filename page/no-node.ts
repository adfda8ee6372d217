// Stands in for a module of Node that a library asks for in Node alone.
throw new Error('this is no Node');
