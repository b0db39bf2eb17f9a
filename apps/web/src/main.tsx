document.title = 'Slimy';
